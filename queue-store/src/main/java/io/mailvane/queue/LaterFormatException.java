package io.mailvane.queue;

import java.io.IOException;

/** A later version of Mailvane wrote this, and to go on without understanding it would lose or change mail. */
public final class LaterFormatException extends IOException {
    private static final long serialVersionUID = 1;

    LaterFormatException(String segment, String what) {
        super("segment " + segment + " was written by a later version of Mailvane: " + what);
    }
}
