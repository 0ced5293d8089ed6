package io.mailvane.appliance.config;

import io.mailvane.appliance.web.PeerSettings;
import io.mailvane.dnsbl.DnsblSettings;
import io.mailvane.inbound.InboundSettings;
import io.mailvane.mail.Mailbox;
import io.mailvane.outbound.OutboundSettings;
import io.mailvane.queue.QueueSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * All that a node is told, checked.
 *
 * @param resolvers DNS servers; empty: those of the host
 * @param secretFiles those that hold a password or a private key
 * @param sources in the order of the file; empty: the host chooses, and nothing is monitored
 */
public record Configuration(
        Node node,
        Volume volume,
        QueueSettings queue,
        InboundSettings inbound,
        OutboundSettings outbound,
        Http http,
        List<PeerSettings> peers,
        List<InetSocketAddress> resolvers,
        Set<Path> secretFiles,
        List<SourceAddress> sources,
        DnsblSettings dnsbl,
        ScanSettings scan,
        AsRead asRead) {
    public Configuration {
        peers = List.copyOf(peers);
        resolvers = List.copyOf(resolvers);
        secretFiles = Set.copyOf(secretFiles);
        sources = List.copyOf(sources);
    }

    /** The same, listening where a node of it listened: a port 0 stays the one that was found for it. */
    public Configuration at(Map<String, InetSocketAddress> listeners, InetSocketAddress pages) {
        return new Configuration(
                node,
                volume,
                queue,
                inbound.at(listeners),
                outbound,
                new Http(pages, http.tls()),
                peers,
                resolvers,
                secretFiles,
                sources,
                dnsbl,
                scan,
                asRead);
    }

    /** Every setting by its path, given or not, as it may be shown: without secrets. */
    public Map<String, String> inForce() {
        return asRead.inForce();
    }

    /** What holds and is hardly meant, {@code FILE:LINE: key = value: reason} each. The node starts nevertheless. */
    public List<String> warnings() {
        return asRead.warnings();
    }

    /**
     * The settings as they stand in the file.
     *
     * @param inForce see {@link Configuration#inForce}
     * @param told the same settings as a problem with one begins: {@code FILE:LINE: key = value}
     * @param warnings see {@link Configuration#warnings}
     */
    public record AsRead(Map<String, String> inForce, Map<String, String> told, List<String> warnings) {
        public AsRead {
            inForce = Collections.unmodifiableMap(new LinkedHashMap<>(inForce));
            told = Map.copyOf(told);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Who the node is.
     *
     * @param data its own directory
     * @param drain how long a stop waits for what is under way
     * @param postmaster whom DSNs name, and who takes {@code RCPT TO:<postmaster>}
     */
    public record Node(String name, String zone, String hostname, Path data, Duration drain, Mailbox postmaster) {
        /** Where a running node leaves what others find it by. */
        public Path run() {
            return data.resolve("run");
        }
    }

    /**
     * What the queue lies on.
     *
     * @param directory nodes may share it: each has partitions of its own
     * @param leaseTerm how long a node may be silent before another adopts its partition
     */
    public record Volume(Path directory, StorageSettings storage, Duration leaseTerm) {}

    /** Where REST and pages are served; with a certificate by HTTPS alone. */
    public record Http(InetSocketAddress address, Optional<SSLContext> tls) {}
}
