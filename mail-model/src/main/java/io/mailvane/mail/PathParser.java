package io.mailvane.mail;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the paths of MAIL and RCPT strictly by RFC 5321 section 4.1.2, with the UTF-8 of RFC 6531. A source route is read
 * and dropped (section 4.1.1.3). Nothing is mended: what the grammar does not give is a {@link PathSyntaxException}.
 *
 * <p>A local part has no limit of its own, but that of its path: the 64 octets of section 4.5.3.1.1 are what every server must
 * take, not the most it may, and section 4.5.3.1 wants no limit where there need be none. VERP and SRS put a whole mailbox into a
 * local part. The path's limit stays: a next hop need not take more, and what we keep of a recipient is bounded by it.
 *
 * <p>Input is text that was decoded as UTF-8. One thread at a time.
 */
public final class PathParser {
    private static final int MAX_DOMAIN_OCTETS = 255;
    private static final int MAX_PATH_OCTETS = 256;
    private static final int MAX_MAILBOX_OCTETS = MAX_PATH_OCTETS - "<>".length();
    private static final int MAX_LABEL = 63;

    private final String text;
    private int at;

    private PathParser(String text) {
        requireWholeCharacters(text);
        this.text = text;
    }

    /** Half a surrogate pair has no UTF-8: it could not be said to a next hop. */
    private static void requireWholeCharacters(String text) {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new PathSyntaxException("half a character");
        }
    }

    /**
     * A path in angle brackets at the begin of a MAIL or RCPT argument.
     *
     * @param mailbox empty for {@code <>}
     * @param rest what follows the closing bracket, with its leading space
     */
    public record Path(Optional<Mailbox> mailbox, String rest) {}

    /**
     * Reads the path at the begin of {@code argument}.
     *
     * @throws PathSyntaxException if there is none
     */
    public static Path path(String argument) {
        var parser = new PathParser(argument);
        parser.expect('<');
        if (parser.peek() == '>') {
            parser.at++;
            return new Path(Optional.empty(), parser.rest());
        }
        parser.skipSourceRoute();
        var mailbox = parser.readMailbox();
        parser.expect('>');
        requireOctets(argument.substring(0, parser.at), MAX_PATH_OCTETS, "path");
        return new Path(Optional.of(mailbox), parser.rest());
    }

    /** The domain or address literal {@code text}, whole, as EHLO takes it. */
    public static MailHost host(String text) {
        var parser = new PathParser(text);
        var host = parser.readHost();
        parser.requireEnd();
        return host;
    }

    static Mailbox mailbox(String text) {
        var parser = new PathParser(text);
        var mailbox = parser.readMailbox();
        parser.requireEnd();
        requireOctets(text, MAX_MAILBOX_OCTETS, "mailbox");
        return mailbox;
    }

    private void skipSourceRoute() {
        if (peek() != '@') {
            return;
        }
        do {
            expect('@');
            readDomain();
        } while (skipIf(','));
        expect(':');
    }

    private Mailbox readMailbox() {
        var localPart = peek() == '"' ? readQuotedString() : readDotString();
        expect('@');
        return new Mailbox(localPart, readHost());
    }

    private String readDotString() {
        int start = at;
        do {
            int atom = at;
            while (Mailbox.isAtext(peek())) {
                at++;
            }
            if (at == atom) {
                throw new PathSyntaxException("the local part is not a dot-string");
            }
        } while (skipIf('.'));
        return text.substring(start, at);
    }

    private String readQuotedString() {
        expect('"');
        var value = new StringBuilder();
        while (peek() != '"') {
            if (skipIf('\\')) {
                requireCharacter(0x20, 0x7e);
            } else {
                requireCharacter(0x20, Character.MAX_VALUE);
            }
            value.append((char) peek());
            at++;
        }
        expect('"');
        return value.toString();
    }

    private void requireCharacter(int least, int most) {
        int c = peek();
        if (c < least || c > most || c == 0x7f) {
            throw new PathSyntaxException("a character that a quoted string cannot hold");
        }
    }

    private MailHost readHost() {
        return peek() == '[' ? readLiteral() : readDomain();
    }

    private MailHost.Domain readDomain() {
        int start = at;
        do {
            readLabel();
        } while (skipIf('.'));
        var name = text.substring(start, at);
        requireOctets(name, MAX_DOMAIN_OCTETS, "domain");
        try {
            return MailHost.Domain.of(name);
        } catch (IllegalArgumentException e) {
            throw new PathSyntaxException(String.valueOf(e.getMessage()));
        }
    }

    private void readLabel() {
        int start = at;
        while (isLabelCharacter(peek())) {
            at++;
        }
        if (at == start || text.charAt(start) == '-' || text.charAt(at - 1) == '-') {
            throw new PathSyntaxException("a label of the domain is empty, or begins or ends with a hyphen");
        }
        if (at - start > MAX_LABEL) {
            throw new PathSyntaxException("a label of the domain is longer than 63");
        }
    }

    private static boolean isLabelCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c >= 0x80;
    }

    private MailHost readLiteral() {
        int start = at;
        expect('[');
        int end = text.indexOf(']', at);
        if (end < 0) {
            throw new PathSyntaxException("the address literal does not end");
        }
        var literal = text.substring(at, end);
        at = end + 1;
        return new MailHost.AddressLiteral(text.substring(start, at), address(literal));
    }

    private static InetAddress address(String literal) {
        boolean v6 = Ascii.startsIgnoringCase(literal, "IPv6:");
        var form = v6 ? literal.substring(5) : literal;
        if (!(v6 ? AddressForm.isIpv6(form) : AddressForm.isIpv4(form))) {
            throw new PathSyntaxException("not an address literal of IPv4 or IPv6");
        }
        try {
            return InetAddress.ofLiteral(form);
        } catch (IllegalArgumentException e) {
            throw new PathSyntaxException("not an address literal of IPv4 or IPv6");
        }
    }

    private String rest() {
        return text.substring(at);
    }

    /** The character here, or -1 at the end. */
    private int peek() {
        return at < text.length() ? text.charAt(at) : -1;
    }

    private boolean skipIf(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char c) {
        if (!skipIf(c)) {
            throw new PathSyntaxException("expected '" + c + "' at " + (at + 1));
        }
    }

    private void requireEnd() {
        if (at != text.length()) {
            throw new PathSyntaxException("something follows at " + (at + 1));
        }
    }

    private static void requireOctets(String part, int most, String what) {
        int octets = part.getBytes(StandardCharsets.UTF_8).length;
        if (octets > most) {
            throw new PathSyntaxException("the " + what + " is longer than " + most + " octets");
        }
    }
}
