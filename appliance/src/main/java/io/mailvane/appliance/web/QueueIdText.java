package io.mailvane.appliance.web;

import io.mailvane.mail.QueueId;
import java.util.Optional;
import java.util.regex.Pattern;

/** Queue ids as people type them. */
final class QueueIdText {
    private static final Pattern LETTERS_AND_DIGITS = Pattern.compile("[0-9A-Za-z]{1,64}");
    private static final Pattern OURS = Pattern.compile("[0-9A-V]{16}");

    private QueueIdText() {}

    /** @return empty if no message of ours can have this id */
    static Optional<QueueId> parse(String text) {
        return OURS.matcher(text).matches() ? Optional.of(new QueueId(text)) : Optional.empty();
    }

    /** Whether it can be anybody's queue id: then it may be asked for, and is not found. */
    static boolean isPlausible(String text) {
        return LETTERS_AND_DIGITS.matcher(text).matches();
    }
}
