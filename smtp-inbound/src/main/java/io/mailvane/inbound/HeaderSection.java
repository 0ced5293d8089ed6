package io.mailvane.inbound;

import io.mailvane.mail.Ascii;
import io.mailvane.queue.Elision;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The header section of a message as it comes: kept until it ends, then asked which fields claim to be ours and how many
 * hops it has made. One thread.
 */
final class HeaderSection {
    private static final String OWN_PREFIX = "x-mailvane-";
    private static final String RESULTS = "authentication-results";

    private final String hostname;
    private final int most;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(1024);
    private int endMatched = 2;
    private boolean complete;
    private boolean tooLarge;

    /**
     * @param hostname our authserv-id
     * @param most octets the section may have
     */
    HeaderSection(String hostname, int most) {
        this.hostname = hostname;
        this.most = most;
    }

    /** Content from its begin on, in pieces; what follows the empty line is ignored. */
    void accept(byte[] octets, int offset, int length) {
        if (complete || tooLarge) {
            return;
        }
        int used = 0;
        while (used < length && !complete) {
            match(octets[offset + used]);
            used++;
        }
        kept.write(octets, offset, used);
        tooLarge = kept.size() > most;
    }

    /** Looks for CRLF CRLF; the begin of the content counts as behind a CRLF. */
    private void match(byte b) {
        boolean expectCr = endMatched % 2 == 0;
        if (b == (expectCr ? '\r' : '\n')) {
            endMatched++;
        } else {
            endMatched = b == '\r' ? 1 : 0;
        }
        complete = endMatched == 4;
    }

    boolean tooLarge() {
        return tooLarge;
    }

    /** Octets that are kept. */
    int size() {
        return kept.size();
    }

    /** Whether the content's first line is one that goes on with a field before it. */
    boolean beginsWithinAField() {
        return kept.size() > 0 && isWhiteSpace((char) kept.toByteArray()[0]);
    }

    private static boolean isWhiteSpace(char c) {
        return c == ' ' || c == '\t';
    }

    /** A field, from its name to the CRLF of its last line. */
    private record Field(String name, String value, int begin, int end) {}

    /** What the fields say; to be called when the content has ended. */
    Findings findings() {
        var elisions = new ArrayList<Elision>();
        int hops = 0;
        for (var field : fields()) {
            if (claimsToBeOurs(field)) {
                elisions.add(new Elision(field.begin(), field.end() - field.begin()));
            }
            if (field.name().equals("received")) {
                hops++;
            }
        }
        return new Findings(List.copyOf(elisions), hops);
    }

    record Findings(List<Elision> elisions, int hops) {}

    private boolean claimsToBeOurs(Field field) {
        return field.name().startsWith(OWN_PREFIX)
                || (field.name().equals(RESULTS) && Ascii.equalsIgnoringCase(AuthservId.of(field.value()), hostname));
    }

    private List<Field> fields() {
        var octets = kept.toByteArray();
        var text = new String(octets, StandardCharsets.ISO_8859_1);
        var fields = new ArrayList<Field>();
        int begin = 0;
        while (begin < text.length() && !text.startsWith("\r\n", begin)) {
            int end = fieldEnd(text, begin);
            int colon = text.indexOf(':', begin);
            if (colon > begin && colon < end) {
                var name = Ascii.lowerCase(text.substring(begin, colon).stripTrailing());
                fields.add(new Field(name, text.substring(colon + 1, end), begin, end));
            }
            begin = end;
        }
        return fields;
    }

    /** Behind the CRLF of the field's last line: a line that begins with white space goes on with it. */
    private static int fieldEnd(String text, int begin) {
        int end = begin;
        do {
            int crlf = text.indexOf("\r\n", end);
            end = crlf < 0 ? text.length() : crlf + 2;
        } while (end < text.length() && isWhiteSpace(text.charAt(end)));
        return end;
    }
}
