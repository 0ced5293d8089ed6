package io.mailvane.scanning;

import io.mailvane.mail.Secret;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How a worker serves.
 *
 * @param address where it listens; port 0 is any free one
 * @param access who may ask it
 * @param capacity scans at once; more are told to go elsewhere
 * @param longest what a scan may take, whatever who asks would wait
 * @param spool folder for content that is too large for memory; nothing stays in it
 */
public record WorkerSettings(InetSocketAddress address, Access access, int capacity, Duration longest, Path spool) {
    public WorkerSettings {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: at least 1");
        }
        if (longest.isNegative() || longest.isZero()) {
            throw new IllegalArgumentException("longest: more than 0");
        }
        if (access instanceof Access.Token && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("beyond loopback a worker asks for mutual TLS");
        }
    }

    /** What shows that a relay is ours. */
    public sealed interface Access {
        /** A shared secret, sent as it is: on loopback alone. */
        record Token(Secret token) implements Access {}

        /** A certificate of an authority that the context trusts, demanded of both sides. */
        record MutualTls(SSLContext context) implements Access {}

        /** The token, where that is what is asked for. */
        default Optional<Secret> secret() {
            return this instanceof Token(Secret secret) ? Optional.of(secret) : Optional.empty();
        }

        /** The context, where TLS is what is asked for. */
        default Optional<SSLContext> tls() {
            return this instanceof MutualTls(SSLContext context) ? Optional.of(context) : Optional.empty();
        }
    }
}
