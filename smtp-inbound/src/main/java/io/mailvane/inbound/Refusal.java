package io.mailvane.inbound;

import io.mailvane.mail.SmtpReply;

/** Why content is not taken. */
enum Refusal {
    BARE_CR(550, "5.6.0", "Bare <CR> in the content"),
    BARE_LF(550, "5.6.0", "Bare <LF> in the content"),
    NUL(550, "5.6.0", "NUL in the content"),
    LINE_TOO_LONG(552, "5.6.0", "A line of the content is too long"),
    HEADER_TOO_LARGE(552, "5.3.4", "The header section is too large"),
    MESSAGE_TOO_LARGE(552, "5.3.4", "The message is too large"),
    LOOP(554, "5.4.6", "Too many hops"),
    TOO_MUCH_HELD(452, "4.3.1", "Too much in hand just now, try again later");

    private final int code;
    private final String status;
    private final String text;

    Refusal(int code, String status, String text) {
        this.code = code;
        this.status = status;
        this.text = text;
    }

    SmtpReply reply() {
        return SmtpReply.of(code, status, text);
    }
}
