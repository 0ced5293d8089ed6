package io.mailvane.mail;

import java.util.List;
import java.util.Optional;

/**
 * One reply of an SMTP server, ours or a peer's.
 *
 * <p>Shape: {@code lines} has at least one element, the text behind code and separator, without the enhanced status code
 * and without CR, LF or NUL. The class of {@code status}, where there is one, is the class of {@code code}: a peer's
 * contradicting status code is dropped when the reply is read, so that nobody decides by it.
 *
 * <p>Source: RFC 5321 section 4.2, RFC 2034.
 *
 * <p>Errors: the constructor throws IllegalArgumentException when one of these does not hold.
 */
public record SmtpReply(int code, Optional<EnhancedStatusCode> status, List<String> lines) {
    public SmtpReply {
        lines = List.copyOf(lines);
        if (code < 200 || code > 559) {
            throw new IllegalArgumentException("not a reply code: " + code);
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a reply has at least one line");
        }
        lines.forEach(SmtpReply::requireOneLine);
        var statusClass = classOf(code);
        if (status.isPresent() && status.get().statusClass() != statusClass) {
            throw new IllegalArgumentException("status " + status.get() + " contradicts reply code " + code);
        }
    }

    private static void requireOneLine(String line) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\r' || c == '\n' || c == '\0') {
                throw new IllegalArgumentException("a reply line holds no CR, LF or NUL");
            }
        }
    }

    private static StatusClass classOf(int code) {
        return StatusClass.ofDigit(code / 100).orElseThrow();
    }

    /** A reply of ours: {@code SmtpReply.of(250, "2.1.0", "Ok")}. */
    public static SmtpReply of(int code, String status, String text) {
        return new SmtpReply(code, Optional.of(EnhancedStatusCode.of(status)), List.of(text));
    }

    /** A reply without an enhanced status code. */
    public static SmtpReply of(int code, String text) {
        return new SmtpReply(code, Optional.empty(), List.of(text));
    }

    /** Temporary or permanent is read here and nowhere else. */
    public StatusClass statusClass() {
        return classOf(code);
    }

    /** The enhanced status code, or the undefined one of the same class (RFC 3463 section 3.1) where the peer gave none. */
    public EnhancedStatusCode effectiveStatus() {
        return status.orElseGet(() -> new EnhancedStatusCode(
                statusClass() == StatusClass.INTERMEDIATE ? StatusClass.SUCCESS : statusClass(), 0, 0));
    }

    /** The whole reply in one line, as logs and DSNs show it: {@code 450 4.2.1 Mailbox busy}. */
    public String text() {
        var body = String.join(" ", lines);
        return code + status.map(s -> " " + s).orElse("") + (body.isEmpty() ? "" : " " + body);
    }

    @Override
    public String toString() {
        return text();
    }
}
