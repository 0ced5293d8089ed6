package io.mailvane.mail;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A header field in which we tell what scanning found, encoded and folded. It cannot hold anything but one field: whoever
 * makes one of an engine's words has to encode them (RFC 2047) before.
 *
 * @param name begins with {@code X-Mailvane-}, so that a forged one is elided when mail comes in
 * @param body US-ASCII; a line break only as the CRLF of folding, before white space and something that follows it
 */
public record ResultField(String name, String body) {
    /** Lines of a message must not be longer (RFC 5322 section 2.1.1). */
    private static final int LINE_MOST = 998;

    private static final Pattern NAME = Pattern.compile("X-Mailvane-[A-Za-z0-9-]{1,40}");
    private static final Pattern LINE = Pattern.compile("[!-~][ -~]*+");

    // Behind the patterns, which check it.
    /** What is sent with mail that nothing scanned, by an operator's policy or word. */
    public static final ResultField NOT_SCANNED = new ResultField("X-Mailvane-Scan", "none");

    public ResultField {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not the name of a result field: " + name);
        }
        int before = name.length() + 2;
        for (var line : body.split("\r\n ", -1)) {
            if (!LINE.matcher(line).matches()) {
                throw new IllegalArgumentException("not the folded US-ASCII body of " + name);
            }
            if (before + line.length() > LINE_MOST) {
                throw new IllegalArgumentException("a line of " + name + " is longer than " + LINE_MOST);
            }
            before = 1;
        }
    }

    /** All of them as they are sent. */
    public static byte[] octets(List<ResultField> fields) {
        return fields.stream()
                .map(ResultField::line)
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** As it is sent, with its last CRLF. */
    public String line() {
        return name + ": " + body + "\r\n";
    }
}
