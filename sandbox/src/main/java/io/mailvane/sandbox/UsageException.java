package io.mailvane.sandbox;

/** What was typed means nothing here; the message says what would. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String sentence) {
        super(sentence);
    }
}
