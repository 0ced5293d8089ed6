package io.mailvane.mail;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An enhanced mail system status code such as {@code 5.1.1}.
 *
 * <p>Source: RFC 3463 section 2; subject and detail have one to three digits.
 *
 * <p>Errors: the constructor throws IllegalArgumentException for class INTERMEDIATE or a part outside 0 to 999.
 */
public record EnhancedStatusCode(StatusClass statusClass, int subject, int detail) {
    private static final Pattern FORM = Pattern.compile("([245])\\.(\\d{1,3})\\.(\\d{1,3})");

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
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return StatusClass.ofDigit(matcher.group(1).charAt(0) - '0')
                .map(statusClass -> new EnhancedStatusCode(
                        statusClass, Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3))));
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
