package io.mailvane.appliance.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an action did.
 *
 * @param matched messages that were meant and are there
 * @param changed messages that are different now; 0 of a dry run
 * @param refused messages that could not be held, since they wait for their scan, or not be released, since a part of them is lost; not written if there are none
 * @param problems of each one that was named and is refused or not there, which and why; not written if there are none
 */
record ActionAnswer(
        long matched,
        long changed,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long refused,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> problems) {
    private static final int MOST_TOLD = 1000;

    static final ActionAnswer NOTHING = new ActionAnswer(0, 0, 0, List.of());

    ActionAnswer {
        problems = List.copyOf(problems);
    }

    /** Of ids that no message has. */
    static ActionAnswer unknown(Collection<String> qids) {
        var problems = qids.stream()
                .limit(MOST_TOLD)
                .map(qid -> qid + ": no message has this queue id, or it was settled long ago")
                .toList();
        return new ActionAnswer(0, 0, 0, problems);
    }

    ActionAnswer plus(ActionAnswer more) {
        return new ActionAnswer(
                matched + more.matched,
                changed + more.changed,
                refused + more.refused,
                Stream.concat(problems.stream(), more.problems.stream()).toList());
    }

    /** Where a filter meant them, their number says enough. */
    ActionAnswer withoutProblems() {
        return new ActionAnswer(matched, changed, refused, List.of());
    }

    boolean isAllRefused() {
        return refused > 0 && refused == matched;
    }
}
