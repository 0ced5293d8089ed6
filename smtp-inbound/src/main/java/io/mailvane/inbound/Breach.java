package io.mailvane.inbound;

import static io.mailvane.inbound.Session.response;

import org.apache.james.protocols.api.Response;

/**
 * What ends a session at once. A web page can have any browser send what it likes to any port, though only behind the lines of
 * HTTP and without waiting for replies: nothing of that may come to be a transaction.
 */
enum Breach {
    SPOKE_FIRST(554, "5.5.0", "The greeting is to be waited for", "spoke before the greeting"),
    FOREIGN(421, "4.7.0", "SMTP is spoken here, closing", "spoke another protocol"),
    PIPELINING(503, "5.5.0", "Improper use of SMTP command pipelining", "improper pipelining"),
    BEHIND_STARTTLS(421, "4.7.0", "Nothing may follow STARTTLS", "commands behind STARTTLS");

    private final int code;
    private final String status;
    private final String text;
    private final String ending;

    Breach(int code, String status, String text, String ending) {
        this.code = code;
        this.status = status;
        this.text = text;
        this.ending = ending;
    }

    Response reply() {
        return response(code, status, text);
    }

    /** As the log says how the session ended. */
    String ending() {
        return ending;
    }
}
