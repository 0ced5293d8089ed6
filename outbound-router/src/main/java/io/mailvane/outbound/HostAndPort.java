package io.mailvane.outbound;

import io.mailvane.mail.IpLiteral;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A host to connect to.
 *
 * @param host a name, or an address without brackets
 * @param port 1 to 65535
 */
public record HostAndPort(String host, int port) {
    public HostAndPort {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host is missing");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("the port is not within 1 to 65535");
        }
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong
     */
    public static HostAndPort parse(String text, int defaultPort) {
        int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
        int colon = text.indexOf(':', bracket + 1);
        boolean bare = bracket < 0;
        if (bare && (text.startsWith("[") || colon != text.lastIndexOf(':'))) {
            throw new IllegalArgumentException("an IPv6 address stands in brackets");
        }
        var host = text.substring(0, colon < 0 ? text.length() : colon);
        if (bracket > 0) {
            if (bracket != host.length() - 1) {
                throw new IllegalArgumentException("only a port may follow the bracket");
            }
            host = host.substring(1, bracket);
        }
        return new HostAndPort(host, colon < 0 ? defaultPort : port(text.substring(colon + 1)));
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the port is not a number", e);
        }
    }

    /** The address, if the host is one; no look-up is made. */
    public Optional<InetAddress> literal() {
        if (host.equalsIgnoreCase("localhost")) {
            return Optional.of(InetAddress.getLoopbackAddress());
        }
        try {
            return Optional.of(IpLiteral.parse(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
