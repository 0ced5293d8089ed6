package io.mailvane.outbound;

import io.mailvane.mail.Secret;
import io.mailvane.route.Setup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

        /** What it is to whoever remembers how it fares. */
        Setup.Account account() {
            var user = credentials.map(each -> " as " + each.username()).orElse("");
            return new Setup.Account(
                    hosts + " " + tls + user, credentials.map(Credentials::mark).orElse(""));
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
    record Credentials(String username, Secret password) {
        /**
         * Another one when they are others, but for one time in 65536. It is written to disk, and is too little to find a password by: of
         * all that somebody may try, as many as not have the same.
         */
        String mark() {
            try {
                var sum = MessageDigest.getInstance("SHA-256")
                        .digest((username.length() + " " + username + password.reveal())
                                .getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(sum, 0, 2);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has it", e);
            }
        }
    }

    private static void requirePositive(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("at least one connection");
        }
    }
}
