package io.mailvane.outbound;

import io.mailvane.mail.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A way out that the operator configured, by its type. */
public sealed interface TransportSettings {
    /** So many deliveries run at once by this transport. */
    int connections();

    /**
     * SMTP to fixed hosts.
     *
     * @param hosts tried in this order; at least one
     * @param caFile PEM of the authorities that VERIFY trusts; empty: the JDK's
     * @param credentials said only over TLS that verified
     */
    record Smtp(
            List<HostAndPort> hosts,
            TlsMode tls,
            Optional<Path> caFile,
            Optional<Credentials> credentials,
            int connections)
            implements TransportSettings {
        public Smtp {
            hosts = List.copyOf(hosts);
            if (hosts.isEmpty()) {
                throw new IllegalArgumentException("an smtp transport has at least one host");
            }
            if (credentials.isPresent() && tls != TlsMode.VERIFY) {
                throw new IllegalArgumentException("a password is said only with tls = \"verify\"");
            }
            requirePositive(connections);
        }
    }

    /** Files in {@code path/DOMAIN/LOCALPART/{tmp,new,cur}}. */
    record Maildir(Path path, int connections) implements TransportSettings {
        public Maildir {
            requirePositive(connections);
        }
    }

    /** Everything is relayed, to nowhere. */
    record Discard(int connections) implements TransportSettings {
        public Discard {
            requirePositive(connections);
        }
    }

    /**
     * A plug-in's.
     *
     * @param type what its {@link TransportProvider} calls itself
     * @param table its settings as configured: String, Long, Double, Boolean, List and Map of these
     */
    record Plugin(String type, Map<String, Object> table, int connections) implements TransportSettings {
        public Plugin {
            table = Map.copyOf(table);
            requirePositive(connections);
        }
    }

    /** AUTH. */
    record Credentials(String username, Secret password) {}

    private static void requirePositive(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("at least one connection");
        }
    }
}
