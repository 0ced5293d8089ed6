package io.mailvane.sandbox;

/** What was asked for is not in this world; the message says what is missing. */
final class NotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotFoundException(String sentence) {
        super(sentence);
    }
}
