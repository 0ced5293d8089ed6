package io.mailvane.mail;

import java.util.Optional;

/**
 * The first digit of a reply code or enhanced status code: the one place where "temporary" and "permanent" are told apart.
 *
 * <p>Source: RFC 5321 section 4.2.1, RFC 3463 section 2.
 */
public enum StatusClass {
    SUCCESS(2),
    /** "Go on": only a reply code has it (354, 334), never an enhanced status code. */
    INTERMEDIATE(3),
    TEMPORARY(4),
    PERMANENT(5);

    private final int digit;

    StatusClass(int digit) {
        this.digit = digit;
    }

    public int digit() {
        return digit;
    }

    /** The class that a first digit names; empty for a digit that names none. */
    static Optional<StatusClass> ofDigit(int digit) {
        for (var candidate : values()) {
            if (candidate.digit == digit) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
