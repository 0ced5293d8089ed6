package io.mailvane.appliance.config;

import io.mailvane.mail.IpLiteral;
import io.mailvane.outbound.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/** Readings of addresses. */
final class Addresses {
    private static final int MAX_PORT = 65535;
    /** As names of hosts are in use (RFC 1123, section 2.1, and with "_"); one that ends in a number would be an address. */
    private static final Pattern HOST = Pattern.compile("(?=.{1,254}$)(?!.*(^|\\.)\\d+\\.?$)"
            + "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\\.?");

    private Addresses() {}

    /** {@code ADDRESS:PORT} to listen on; port 0 is any free one. */
    static Reading<InetSocketAddress> listen() {
        return Reading.of(text -> {
            int colon = text.lastIndexOf(':');
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                if (colon > 0 && port >= 0 && port <= MAX_PORT) {
                    return new InetSocketAddress(literal(text.substring(0, colon)), port);
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("must end in a port: \"127.0.0.1:2525\"", e);
            }
            throw new IllegalArgumentException("must be an address with a port from 0 to 65535: \"127.0.0.1:2525\"");
        });
    }

    /** {@code ADDRESS:PORT} of a DNS server. */
    static Reading<InetSocketAddress> nameServer() {
        return Reading.of(text -> {
            var server = HostAndPort.parse(text, 53);
            return new InetSocketAddress(literal(server.host()), server.port());
        });
    }

    /** An address alone. */
    static Reading<InetAddress> literal() {
        return Reading.of(text -> {
            try {
                return IpLiteral.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("must be an IPv4 or IPv6 address", e);
            }
        });
    }

    static Reading<HostAndPort> host(int defaultPort) {
        return Reading.of(text -> {
            var host = HostAndPort.parse(text, defaultPort);
            if (host.literal().isEmpty() && !HOST.matcher(host.host()).matches()) {
                throw new IllegalArgumentException(
                        "must begin with the name of a host, an IPv4 address or an IPv6 address in brackets");
            }
            return host;
        });
    }

    /** No name is looked up while a configuration is read. */
    private static InetAddress literal(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        try {
            return IpLiteral.parse(bracketed ? text.substring(1, text.length() - 1) : text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must begin with an IPv4 address or an IPv6 address in brackets", e);
        }
    }
}
