package io.mailvane.reply;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The IP addresses that a reply quotes; a blacklist's return code (127/8) is none, nor is what begins a host's or a question's name. */
final class QuotedAddresses {
    private static final Pattern V4 = Pattern.compile("(?<![0-9.])(?:\\d{1,3}\\.){3}\\d{1,3}(?![0-9]|\\.[0-9a-z])");

    private static final Pattern V6 = Pattern.compile(
            "(?<![0-9a-f:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![0-9a-f:])", Pattern.CASE_INSENSITIVE);

    private QuotedAddresses() {}

    /** In the order of their places, IPv4 first. */
    static List<InetAddress> in(String text) {
        var found = new ArrayList<InetAddress>();
        for (var pattern : List.of(V4, V6)) {
            pattern.matcher(text).results().forEach(hit -> add(withoutColon(hit.group()), found));
        }
        return List.copyOf(found);
    }

    /** Behind an address a sentence may go on with a colon. */
    private static String withoutColon(String literal) {
        return literal.endsWith(":") && !literal.endsWith("::") ? literal.substring(0, literal.length() - 1) : literal;
    }

    private static void add(String literal, List<InetAddress> found) {
        try {
            var address = InetAddress.ofLiteral(literal);
            if (!address.isLoopbackAddress() && !address.isAnyLocalAddress()) {
                found.add(address);
            }
        } catch (IllegalArgumentException e) {
            // A version, a time or an id: something else that has dots or colons.
            return;
        }
    }

    /** The text with every IPv4 address written alike: replies that differ in nothing else mean the same. */
    static String masked(String text) {
        return V4.matcher(text).replaceAll("192.0.2.1");
    }
}
