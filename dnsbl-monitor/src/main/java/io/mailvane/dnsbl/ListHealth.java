package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a list works, by its test points and by whether it answers at all.
 *
 * @param reason why it did not answer; "" if it did
 * @param ailing since when it has not worked; empty while it works
 */
record ListHealth(
        Control positive, Control negative, Control random, Overlay answers, String reason, Optional<Moment> ailing) {
    /** Not asked yet. */
    static ListHealth of(DnsblList.TestPoints points) {
        return new ListHealth(
                points.positive().isPresent() ? Control.NEVER : Control.ABSENT,
                points.negative().isPresent() ? Control.NEVER : Control.ABSENT,
                Control.NEVER,
                Overlay.UNKNOWN,
                "it was not asked yet",
                Optional.empty());
    }

    /**
     * One round of controls.
     *
     * @param seen by kind, what was found; a kind that got no answer is missing
     * @param overlay UNKNOWN or REFUSED if the list did not answer, else NONE
     * @param reason why it did not; "" if it did
     */
    record Round(Map<ControlKind, Control.Result> seen, Overlay overlay, String reason) {
        Round {
            seen = Map.copyOf(seen);
        }

        /** @param hindered the gravest of the answers that said nothing of a test point */
        static Round of(Map<ControlKind, Control.Result> seen, Optional<Answer> hindered) {
            boolean refused = hindered.filter(answer -> answer.kind() == AnswerClass.REFUSED)
                    .isPresent();
            var overlay = refused ? Overlay.REFUSED : seen.isEmpty() ? Overlay.UNKNOWN : Overlay.NONE;
            return new Round(
                    seen,
                    overlay,
                    overlay == Overlay.NONE ? "" : hindered.map(Answer::reason).orElse(""));
        }

        boolean isOk() {
            return overlay == Overlay.NONE && seen.values().stream().noneMatch(Control.Result.WRONG::equals);
        }
    }

    ListHealth after(Round round, Moment at, Duration staleAfter) {
        var controls = new EnumMap<>(
                Map.of(ControlKind.POSITIVE, positive, ControlKind.NEGATIVE, negative, ControlKind.RANDOM, random));
        round.seen().forEach((kind, result) -> controls.put(kind, new Control(result, Optional.of(at))));
        var next = new ListHealth(
                part(controls, ControlKind.POSITIVE),
                part(controls, ControlKind.NEGATIVE),
                part(controls, ControlKind.RANDOM),
                round.overlay(),
                round.reason(),
                ailing);
        boolean works = round.isOk() && next.fault(at, staleAfter) == Overlay.NONE;
        return next.ailing(works ? Optional.empty() : Optional.of(ailing.orElse(at)));
    }

    private static Control part(Map<ControlKind, Control> controls, ControlKind kind) {
        return controls.getOrDefault(kind, Control.NEVER);
    }

    private ListHealth ailing(Optional<Moment> since) {
        return new ListHealth(positive, negative, random, answers, reason, since);
    }

    /**
     * What hinders every cell of the list; NONE if its answers count, UNKNOWN before each of its test entries was seen once. A list that does not answer is no hindrance of its
     * own: each cell sees that itself, and the controls grow stale.
     */
    Overlay hindrance(Moment now, Duration staleAfter, Duration deadAfter) {
        var fault = fault(now, staleAfter);
        boolean dead = fault != Overlay.BROKEN
                && answers != Overlay.REFUSED
                && ailing.map(since -> now.since(since).compareTo(deadAfter) >= 0)
                        .orElse(false);
        return dead ? Overlay.DEAD : fault;
    }

    private Overlay fault(Moment now, Duration staleAfter) {
        if (negative.isWrong() || random.isWrong()) {
            return Overlay.BROKEN;
        }
        if (positive.isWrong()) {
            return Overlay.BLIND;
        }
        var controls = Stream.of(positive, negative, random);
        if (controls.anyMatch(Control::isUnseen)) {
            return Overlay.UNKNOWN;
        }
        boolean blind = positive.isStale(now, staleAfter)
                || negative.isStale(now, staleAfter)
                || random.isStale(now, staleAfter);
        return blind ? Overlay.BLIND : Overlay.NONE;
    }

    /** Whether the controls were seen too long ago, or never, and none of them wrong. */
    boolean isStale(Moment now, Duration staleAfter) {
        var fault = fault(now, staleAfter);
        return fault == Overlay.UNKNOWN || (fault == Overlay.BLIND && !positive.isWrong());
    }

    /** Whether the controls were all seen right within {@code age}. */
    boolean isFresh(Moment now, Duration age) {
        return fault(now, age) == Overlay.NONE;
    }

    ListState state(Moment now, Duration staleAfter, Duration deadAfter) {
        return switch (hindrance(now, staleAfter, deadAfter)) {
            case DEAD -> ListState.LIST_DEAD;
            case BROKEN -> ListState.LIST_BROKEN;
            // Who says nothing now is looked for elsewhere than who shows no test entry, whatever was seen before that.
            case BLIND -> answers == Overlay.NONE ? ListState.BLIND : silent();
            case UNKNOWN -> answers == Overlay.NONE ? ListState.UNKNOWN : silent();
            case NONE, REFUSED, MUTED -> silent();
        };
    }

    private ListState silent() {
        return switch (answers) {
            case REFUSED -> ListState.REFUSED;
            case UNKNOWN -> ListState.UNKNOWN;
            case NONE, BLIND, BROKEN, DEAD, MUTED -> ListState.OK;
        };
    }
}
