package io.mailvane.appliance.web;

import io.mailvane.mail.RecipientState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message in a table: recipients with the same fate stand together, and of a thousand only the first are named.
 *
 * @param fates in the order of each one's first recipient
 * @param more recipients that no fate shown here names
 */
public record MessageRow(MessageAnswer message, List<Fate> fates, int more) {
    private static final int FATES = 4;
    private static final int NAMED = 3;

    /**
     * What became of some recipients.
     *
     * @param addresses the first of them
     * @param more how many others share it
     * @param why "" before the first attempt
     */
    public record Fate(String state, List<String> addresses, int more, String why, Optional<Instant> nextAttempt) {
        /** Whether an operator has the next word. */
        public boolean waitsForRelease() {
            return state.equals(RecipientState.HELD.label());
        }
    }

    private record Likeness(String state, Optional<String> why) {}

    static MessageRow of(MessageAnswer message) {
        Map<Likeness, List<MessageAnswer.RecipientAnswer>> alike = new LinkedHashMap<>();
        for (var recipient : message.recipients()) {
            alike.computeIfAbsent(new Likeness(recipient.state(), recipient.why()), _ -> new ArrayList<>())
                    .add(recipient);
        }
        var shown = alike.values().stream().limit(FATES).map(MessageRow::fate).toList();
        int named = alike.values().stream().limit(FATES).mapToInt(List::size).sum();
        return new MessageRow(message, shown, message.recipients().size() - named);
    }

    private static Fate fate(List<MessageAnswer.RecipientAnswer> alike) {
        var first = alike.getFirst();
        return new Fate(
                first.state(),
                alike.stream()
                        .limit(NAMED)
                        .map(MessageAnswer.RecipientAnswer::address)
                        .toList(),
                Math.max(0, alike.size() - NAMED),
                first.why().orElse(""),
                alike.stream()
                        .flatMap(recipient -> recipient.nextAttempt().stream())
                        .min(Instant::compareTo));
    }
}
