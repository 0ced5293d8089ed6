package io.mailvane.mail;

/** A path or mailbox that RFC 5321 does not allow. The message says what is wrong with it and quotes none of it. */
public final class PathSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    PathSyntaxException(String message) {
        super(message);
    }
}
