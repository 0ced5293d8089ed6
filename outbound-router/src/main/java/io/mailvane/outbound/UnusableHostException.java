package io.mailvane.outbound;

import java.io.IOException;

/** A host was reached and cannot take mail from us just now, whatever the mail is. The message is one sentence. */
final class UnusableHostException extends IOException {
    private static final long serialVersionUID = 1;

    UnusableHostException(String message) {
        super(message);
    }
}
