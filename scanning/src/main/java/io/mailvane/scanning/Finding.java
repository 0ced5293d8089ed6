package io.mailvane.scanning;

import io.mailvane.mail.Verdict.Action;
import java.util.List;

/**
 * What one engine says of a message.
 *
 * @param reasons what it found, the most telling first; only clean mail has none. As the engine said it, cut to a length
 * @param remarks what readers of the field may want to know beside, such as a score
 */
public record Finding(Action action, List<String> reasons, List<String> remarks) {
    /** Nothing was found, and there is nothing to tell. */
    public static final Finding CLEAN = new Finding(Action.ACCEPT, List.of(), List.of());

    private static final int MOST = 16;
    private static final int TEXT_MOST = 200;

    public Finding {
        reasons = bounded(reasons);
        remarks = bounded(remarks);
        if (reasons.isEmpty() != (action == Action.ACCEPT)) {
            throw new IllegalArgumentException("what is not clean has a reason, and only that: " + action + reasons);
        }
    }

    static Finding of(Action action, String reason) {
        return new Finding(action, List.of(reason), List.of());
    }

    private static List<String> bounded(List<String> texts) {
        return texts.stream().limit(MOST).map(Finding::cut).toList();
    }

    /** Never between the halves of one character. */
    private static String cut(String text) {
        if (text.length() <= TEXT_MOST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(TEXT_MOST - 1)) ? TEXT_MOST - 1 : TEXT_MOST;
        return text.substring(0, end) + "...";
    }
}
