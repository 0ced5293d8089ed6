package io.mailvane.inbound;

import io.mailvane.mail.Mailbox;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * What the SMTP server is told.
 *
 * @param hostname in the greeting and in Received fields; also the authserv-id that nobody else may claim
 * @param policy who may send to whom; may be exchanged while the server runs
 */
public record InboundSettings(String hostname, List<Listener> listeners, Policy policy, Limits limits) {
    public InboundSettings {
        listeners = List.copyOf(listeners);
    }

    /** The same, with those listeners where they are said to be, by their names. */
    public InboundSettings at(Map<String, InetSocketAddress> addresses) {
        return new InboundSettings(
                hostname,
                listeners.stream()
                        .map(each -> each.at(addresses.getOrDefault(each.name(), each.address())))
                        .toList(),
                policy,
                limits);
    }

    /**
     * An address that is listened on.
     *
     * @param address port 0: any free one
     * @param tls what STARTTLS is answered with; empty: it is not offered
     */
    public record Listener(String name, Role role, InetSocketAddress address, Optional<SSLContext> tls) {
        Listener with(Optional<SSLContext> renewed) {
            return new Listener(name, role, address, renewed);
        }

        private Listener at(InetSocketAddress other) {
            return new Listener(name, role, other, tls);
        }
    }

    /** What a listener is for. */
    public enum Role {
        /** Takes mail for the relay domains from anyone, and for anyone from the relay networks. */
        MX,
        /** Takes mail from the relay networks alone. */
        SUBMISSION
    }

    /**
     * Who may send to whom.
     *
     * @param networks clients that may send to anyone
     * @param relayDomains by the key of the domain ({@link io.mailvane.mail.MailHost#key})
     * @param postmaster who gets mail to {@code <postmaster>}; empty: such a recipient is refused
     */
    public record Policy(List<Cidr> networks, Map<String, Recipients> relayDomains, Optional<Mailbox> postmaster) {
        /** No more of IPv4 than an eighth: what is beyond is an open relay, however it is written. */
        private static final BigInteger MOST_IPV4 = BigInteger.ONE.shiftLeft(29);

        /** @throws IllegalArgumentException if the networks make an open relay */
        public Policy {
            networks = List.copyOf(networks);
            relayDomains = Map.copyOf(relayDomains);
            requireClosed(networks);
        }

        /** @throws IllegalArgumentException if the networks make an open relay */
        public static void requireClosed(List<Cidr> networks) {
            var trusted = networks.stream()
                    .filter(network -> network.address() instanceof Inet4Address)
                    .map(Cidr::size)
                    .reduce(BigInteger.ZERO, BigInteger::add);
            if (trusted.compareTo(MOST_IPV4) > 0 || networks.stream().anyMatch(Cidr::isTooWideToTrust)) {
                throw new IllegalArgumentException(
                        "would make an open relay: these networks hold too much of the Internet");
            }
        }

        boolean trusts(InetAddress client) {
            return networks.stream().anyMatch(network -> network.contains(client));
        }
    }
}
