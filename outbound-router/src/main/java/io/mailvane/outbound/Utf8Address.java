package io.mailvane.outbound;

import java.util.Locale;

/** How an address of the type utf-8 is said where only ASCII may be (RFC 6533 section 3, utf-8-addr-xtext). */
final class Utf8Address {
    private Utf8Address() {}

    /** What is not ASCII, or would be read as an escape, as {@code \x{...}}. */
    static String xtext(String address) {
        var encoded = new StringBuilder(address.length());
        address.codePoints().forEach(c -> {
            if (c > 0x20 && c < 0x7f && c != '\\' && c != '+' && c != '=') {
                encoded.append((char) c);
            } else {
                encoded.append("\\x{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            }
        });
        return encoded.toString();
    }
}
