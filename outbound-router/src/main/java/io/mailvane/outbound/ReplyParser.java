package io.mailvane.outbound;

import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.SmtpReply;
import io.mailvane.mail.StatusClass;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gathers the lines of one reply (RFC 5321 section 4.2). Peers are taken as they are: a status code of another class than the reply
 * code is dropped, a code that RFC 5321 does not know counts as the x50 of its class. Of a long reply only the begin is kept, for it is
 * logged, stored and sent on in DSNs. What cannot be read as a reply at all is a ProtocolException.
 */
final class ReplyParser {
    private static final int MAX_LINES = 128;
    private static final int MAX_TEXT = 512;
    private static final int MAX_WHOLE = 4 << 10;

    private final List<String> lines = new ArrayList<>(1);
    private Optional<EnhancedStatusCode> status = Optional.empty();
    private int code;
    private int count;
    private int length;

    /**
     * Takes the next line, without its line end.
     *
     * @return whether it was the last one
     */
    boolean add(String line) throws ProtocolException {
        if (++count > MAX_LINES) {
            throw new ProtocolException("a reply of more than " + MAX_LINES + " lines");
        }
        code = code(line);
        boolean last = line.length() == 3 || line.charAt(3) != '-';
        var text = line.length() < 4 ? "" : line.substring(4);
        keep(cut(withoutStatus(text)));
        return last;
    }

    private void keep(String text) {
        length += text.length();
        if (length <= MAX_WHOLE) {
            lines.add(text);
        }
    }

    private static int code(String line) throws ProtocolException {
        boolean wellFormed = line.length() >= 3
                && line.charAt(0) >= '2'
                && line.charAt(0) <= '5'
                && isDigit(line.charAt(1))
                && isDigit(line.charAt(2))
                && (line.length() == 3 || line.charAt(3) == ' ' || line.charAt(3) == '-');
        if (!wellFormed) {
            throw new ProtocolException("not an SMTP reply: " + cut(line));
        }
        return (line.charAt(0) - '0') * 100 + (line.charAt(1) - '0') * 10 + line.charAt(2) - '0';
    }

    private String withoutStatus(String text) {
        int end = text.indexOf(' ');
        var word = end < 0 ? text : text.substring(0, end);
        if (word.length() < 5 || word.charAt(1) != '.' || !isDigit(word.charAt(0))) {
            return text;
        }
        var found = EnhancedStatusCode.parse(word);
        if (found.isEmpty()) {
            return text;
        }
        if (status.isEmpty()) {
            status = found;
        }
        return end < 0 ? "" : text.substring(end + 1);
    }

    SmtpReply reply() {
        int known = code;
        if (code > 559 || code / 10 % 10 > 5) {
            known = code / 100 * 100 + 50;
            lines.set(0, "(" + code + ") " + lines.getFirst());
        }
        var reply = new SmtpReply(known, Optional.empty(), lines);
        var agreeing = status.filter(found -> found.statusClass() == reply.statusClass());
        return reply.statusClass() == StatusClass.INTERMEDIATE || agreeing.isEmpty()
                ? reply
                : new SmtpReply(known, agreeing, lines);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }
}
