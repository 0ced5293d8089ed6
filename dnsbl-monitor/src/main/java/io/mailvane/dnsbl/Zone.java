package io.mailvane.dnsbl;

import io.mailvane.mail.Secret;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * A DNSBL zone. The key of a keyed one is a label of every name that is asked, and a secret: what this shows of itself has
 * {@code ***} in its place.
 *
 * @param template the zone's name, with {@value #KEY} where the key goes
 */
public record Zone(String template, Optional<Secret> key) {
    static final String KEY = "<key>";
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    /** @throws IllegalArgumentException with a sentence that says what is wrong; it never shows the key */
    public Zone {
        template = template.toLowerCase(Locale.ROOT);
        if (template.contains(KEY) != key.isPresent()) {
            throw new IllegalArgumentException(
                    key.isPresent() ? "the zone takes no key: " + template : "the zone needs a key: " + template);
        }
        key.ifPresent(secret -> {
            if (!isLabel(secret)) {
                throw new IllegalArgumentException("the key is not one label of letters, digits and hyphens");
            }
        });
        if (!template.replace(KEY, "k").matches("(?=.{1,120}$)[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*")) {
            throw new IllegalArgumentException("not the name of a zone: " + template);
        }
        if (template.matches("(.*\\.)?\\d+")) {
            throw new IllegalArgumentException("an address, not the name of a zone: " + template);
        }
    }

    static boolean isLabel(Secret key) {
        return key.reveal().matches("[A-Za-z0-9-]{1,63}");
    }

    public static Zone open(String name) {
        return new Zone(name, Optional.empty());
    }

    /** The name that asks for an address (RFC 5782 sections 2.1 and 2.4): made from the octets, absolute. */
    Name question(IpAddress address) {
        var text = new StringBuilder(128);
        var octets = address.octets();
        for (int i = octets.length - 1; i >= 0; i--) {
            int octet = octets[i] & 0xff;
            switch (address.family()) {
                case IPV4 -> text.append(octet).append('.');
                case IPV6 ->
                    text.append(HEX[octet & 0xf])
                            .append('.')
                            .append(HEX[octet >> 4])
                            .append('.');
            }
        }
        return absolute(text + revealed());
    }

    /** The part of the name that is no secret: the question for the zone's own servers. */
    Name apex() {
        return absolute(template.substring(template.indexOf(KEY) < 0 ? 0 : KEY.length() + 1));
    }

    /** The text with every sight of the key taken out. */
    String redact(String text) {
        if (key.isEmpty()) {
            return text;
        }
        return text.replaceAll("(?i)" + Pattern.quote(key.get().reveal()), "***");
    }

    private String revealed() {
        return key.map(secret -> template.replace(KEY, secret.reveal())).orElse(template);
    }

    private static Name absolute(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new IllegalStateException("a checked zone makes a name", e);
        }
    }

    @Override
    public String toString() {
        return template.replace(KEY, "***");
    }
}
