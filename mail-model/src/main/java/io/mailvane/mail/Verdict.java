package io.mailvane.mail;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What scanning says of one message, all engines together.
 *
 * @param reasons why it is more than {@link Action#ACCEPT}, in the order of the engines; empty for clean mail. For logs and
 *     operators: no client sees them
 * @param fields what is sent before the content, whatever becomes of the message
 */
public record Verdict(Action action, List<Reason> reasons, List<ResultField> fields) {
    private static final int WHY_MOST = 300;

    public Verdict {
        reasons = List.copyOf(reasons);
        fields = List.copyOf(fields);
    }

    /** Why it is what it is, in one line for logs and operators; empty for clean mail. */
    public String why() {
        var line = reasons.stream()
                .map(reason -> reason.engine() + ": " + reason.text())
                .collect(Collectors.joining("; "))
                .replaceAll("\\p{Cntrl}", "?");
        return line.length() <= WHY_MOST ? line : line.substring(0, WHY_MOST) + "...";
    }

    /** What becomes of the message; what comes later outweighs what comes earlier. */
    public enum Action {
        /** Nothing was found. */
        ACCEPT("clean"),
        /** It goes on, and its fields tell the reader what was found. */
        MARK("marked"),
        /** Not now: a temporary refusal while the client waits, another scan later if it was taken already. */
        DEFER("deferred"),
        /** It is kept and leaves only by an operator's word. */
        QUARANTINE("quarantined"),
        /** A permanent refusal while the client waits; quarantined if it was taken already, for it is never bounced. */
        REJECT("rejected");

        private final String label;

        Action(String label) {
            this.label = label;
        }

        /** The word of fields, log and REST. */
        public String label() {
            return label;
        }

        /** Whether mail that was taken already leaves only by an operator's word. */
        public boolean keeps() {
            return compareTo(QUARANTINE) >= 0;
        }

        /** The one that outweighs the other. */
        public Action worse(Action other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    /**
     * One thing that was found.
     *
     * @param engine who found it, as the configuration names engines
     * @param text what; as the engine said it, so control characters and any script must be expected
     */
    public record Reason(String engine, String text) {}
}
