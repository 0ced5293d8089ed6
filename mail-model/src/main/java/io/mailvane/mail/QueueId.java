package io.mailvane.mail;

import java.util.regex.Pattern;

/**
 * Our name for an accepted message: 16 letters and digits that sort by the time of acceptance.
 *
 * <p>Nine digits of milliseconds since 1970, three of a count within the millisecond, four that name who gave it; base 32
 * with the digits 0-9 and A-V, whose order is that of ASCII. Unique over nodes and time as long as each giver ascends, and names differ.
 */
public record QueueId(String text) implements Comparable<QueueId> {
    private static final Pattern FORM = Pattern.compile("[0-9A-V]{16}");
    private static final int TIME_DIGITS = 9;
    private static final int COUNT_DIGITS = 3;
    private static final int GIVER_DIGITS = 4;
    /** Ids of one node and one millisecond. */
    public static final int COUNTS = 1 << (5 * COUNT_DIGITS);

    public QueueId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a queue id: 16 of 0-9 and A-V");
        }
    }

    /**
     * @param epochMillis milliseconds since 1970, not negative
     * @param count 0 to {@link #COUNTS} - 1
     * @param giver who gives ids in ascending order
     */
    public static QueueId of(long epochMillis, int count, String giver) {
        var digits = new StringBuilder(TIME_DIGITS + COUNT_DIGITS + GIVER_DIGITS);
        append(digits, epochMillis, TIME_DIGITS);
        append(digits, count, COUNT_DIGITS);
        append(digits, (giver.hashCode() * 0x9E3779B9L) >>> 12, GIVER_DIGITS);
        return new QueueId(digits.toString());
    }

    private static void append(StringBuilder to, long value, int digits) {
        for (int i = digits - 1; i >= 0; i--) {
            to.append(Character.toUpperCase(Character.forDigit((int) (value >>> (5 * i)) & 31, 32)));
        }
    }

    /** Milliseconds since 1970 at which the id was given. */
    public long epochMillis() {
        return Long.parseLong(text.substring(0, TIME_DIGITS), 32);
    }

    /** Whether the same one gave both, as far as ids tell. */
    public boolean hasGiverOf(QueueId other) {
        int from = TIME_DIGITS + COUNT_DIGITS;
        return text.regionMatches(from, other.text, from, GIVER_DIGITS);
    }

    @Override
    public int compareTo(QueueId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
