package io.mailvane.mail;

import java.net.InetAddress;

/**
 * An address as people write it. The JDK reads the BSD forms too, by which {@code 192.168} is 192.0.0.168: nobody who types that
 * means it.
 */
public final class IpLiteral {
    private IpLiteral() {}

    /**
     * Without a look-up.
     *
     * @param text four decimal numbers with dots, or IPv6, in brackets or not
     * @throws IllegalArgumentException if it is neither
     */
    public static InetAddress parse(String text) {
        if (text.indexOf(':') < 0 && !AddressForm.isIpv4(text)) {
            throw new IllegalArgumentException("not an IPv4 or IPv6 address: " + text);
        }
        return InetAddress.ofLiteral(text);
    }
}
