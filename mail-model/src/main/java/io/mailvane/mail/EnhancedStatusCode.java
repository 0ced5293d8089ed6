package io.mailvane.mail;

import java.util.Optional;

/**
 * An enhanced mail system status code such as {@code 5.1.1}.
 *
 * <p>Source: RFC 3463 section 2; subject and detail have one to three digits.
 *
 * <p>Errors: the constructor throws IllegalArgumentException for class INTERMEDIATE or a part outside 0 to 999.
 */
public record EnhancedStatusCode(StatusClass statusClass, int subject, int detail) {
    public EnhancedStatusCode {
        if (statusClass == StatusClass.INTERMEDIATE) {
            throw new IllegalArgumentException("an enhanced status code is of class 2, 4 or 5");
        }
        requirePart(subject);
        requirePart(detail);
    }

    private static void requirePart(int part) {
        if (part < 0 || part > 999) {
            throw new IllegalArgumentException("not a part of an enhanced status code: " + part);
        }
    }

    /** Reads {@code text} whole; empty if it is anything but a status code. */
    public static Optional<EnhancedStatusCode> parse(String text) {
        int second = text.indexOf('.', 2);
        if (second < 0 || text.charAt(1) != '.') {
            return Optional.empty();
        }
        int subject = part(text, 2, second);
        int detail = part(text, second + 1, text.length());
        if (subject < 0 || detail < 0) {
            return Optional.empty();
        }
        return StatusClass.ofDigit(text.charAt(0) - '0')
                .filter(statusClass -> statusClass != StatusClass.INTERMEDIATE)
                .map(statusClass -> new EnhancedStatusCode(statusClass, subject, detail));
    }

    /** One to three digits; without a regular expression, since every reply that is said or heard comes by here. */
    private static int part(String text, int from, int to) {
        if (to == from || to - from > 3) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = 10 * value + digit;
        }
        return value;
    }

    /** As {@link #parse(String)}, for a constant of ours. */
    public static EnhancedStatusCode of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an enhanced status code: " + text));
    }

    @Override
    public String toString() {
        return statusClass.digit() + "." + subject + "." + detail;
    }
}
