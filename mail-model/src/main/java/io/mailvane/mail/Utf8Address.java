package io.mailvane.mail;

import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address of the type utf-8, as ORCPT and DSNs have it (RFC 6533 section 3).
 *
 * @param address as it is meant, without an encoding
 */
public record Utf8Address(String address) {
    /** Compared without case. */
    public static final String TYPE = "utf-8";

    private static final Pattern EMBEDDED = Pattern.compile("\\\\x\\{([0-9A-F]{2,6})}");
    private static final Pattern ENCODED =
            Pattern.compile("(?:[!-~\\x{80}-\\x{10FFFF}&&[^\\\\+=]]|" + EMBEDDED.pattern() + ")++");

    /** Reads a utf-8-enc-addr; empty if it is none, or holds control characters. */
    public static Optional<Utf8Address> parse(String encoded) {
        boolean isEncoded = ENCODED.matcher(encoded).matches()
                && EMBEDDED.matcher(encoded).results().allMatch(each -> isCharacter(codePoint(each.group(1))));
        if (!isEncoded) {
            return Optional.empty();
        }
        var address = EMBEDDED.matcher(encoded)
                .replaceAll(each -> Matcher.quoteReplacement(Character.toString(codePoint(each.group(1)))));
        return Optional.of(address)
                .filter(each -> each.codePoints().noneMatch(Character::isISOControl))
                .map(Utf8Address::new);
    }

    private static int codePoint(String hexadecimal) {
        return Integer.parseInt(hexadecimal, 16);
    }

    private static boolean isCharacter(int codePoint) {
        return Character.isValidCodePoint(codePoint)
                && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    }

    /** For where only ASCII may be (utf-8-addr-xtext). */
    public String xtext() {
        return encoded(c -> c > 0x20 && c < 0x7f);
    }

    /** For an ORCPT where SMTPUTF8 was said (utf-8-addr-unitext). */
    public String unitext() {
        return encoded(c -> c > 0x20 && c != 0x7f);
    }

    private String encoded(IntPredicate asItIs) {
        var encoded = new StringBuilder(address.length());
        address.codePoints().forEach(c -> {
            if (asItIs.test(c) && c != '\\' && c != '+' && c != '=') {
                encoded.appendCodePoint(c);
            } else {
                encoded.append("\\x{")
                        .append(String.format(Locale.ROOT, "%02X", c))
                        .append('}');
            }
        });
        return encoded.toString();
    }
}
