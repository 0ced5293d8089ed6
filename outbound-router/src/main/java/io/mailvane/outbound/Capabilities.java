package io.mailvane.outbound;

import io.mailvane.mail.SmtpReply;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a peer offered to EHLO (RFC 5321 section 4.1.1.1).
 *
 * @param keywords upper case, each with its parameters; empty after HELO
 */
record Capabilities(Map<String, List<String>> keywords) {
    static final Capabilities NONE = new Capabilities(Map.of());

    Capabilities {
        keywords = Map.copyOf(keywords);
    }

    static Capabilities of(SmtpReply ehlo) {
        var keywords = new HashMap<String, List<String>>();
        for (var line : ehlo.lines().subList(1, ehlo.lines().size())) {
            // Some old servers write AUTH=LOGIN.
            var words = line.strip().replace("AUTH=", "AUTH ").split("\\s+");
            keywords.put(
                    words[0].toUpperCase(Locale.ROOT),
                    Arrays.stream(words)
                            .skip(1)
                            .map(word -> word.toUpperCase(Locale.ROOT))
                            .toList());
        }
        return new Capabilities(keywords);
    }

    boolean pipelining() {
        return keywords.containsKey("PIPELINING");
    }

    boolean eightBitMime() {
        return keywords.containsKey("8BITMIME");
    }

    boolean smtpUtf8() {
        return keywords.containsKey("SMTPUTF8");
    }

    boolean dsn() {
        return keywords.containsKey("DSN");
    }

    boolean startTls() {
        return keywords.containsKey("STARTTLS");
    }

    boolean size() {
        return keywords.containsKey("SIZE");
    }

    Set<String> authMechanisms() {
        return Set.copyOf(keywords.getOrDefault("AUTH", List.of()));
    }

    /** Octets that the peer takes (RFC 1870); Long.MAX_VALUE where it names no limit. */
    long maxSize() {
        var parameters = keywords.getOrDefault("SIZE", List.of());
        if (parameters.isEmpty() || !parameters.getFirst().matches("\\d{1,18}")) {
            return Long.MAX_VALUE;
        }
        long most = Long.parseLong(parameters.getFirst());
        return most == 0 ? Long.MAX_VALUE : most;
    }
}
