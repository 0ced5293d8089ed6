package io.mailvane.sandbox;

/** Ends a command with a sentence for whoever typed it, and an exit status. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    CommandException(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    int status() {
        return status;
    }
}
