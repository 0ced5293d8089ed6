package io.mailvane.appliance.config;

import io.mailvane.appliance.web.PeerSettings;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.PathSyntaxException;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code [node]}, {@code [queue]}, {@code [[peer]]} and {@code [dns]}. */
final class NodePart {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final String NAME_RULE = "letters, digits, - and _, at most 63";
    private static final Pattern HOSTNAME = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
            + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
    private static final Pattern NUMBER_LAST = Pattern.compile("(^|\\.)\\d+$");
    private static final List<Duration> RETRY = List.of(
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(20),
            Duration.ofMinutes(40),
            Duration.ofHours(1));
    private static final Duration LEAST_TERM = Duration.ofSeconds(1);
    private static final int MAX_SETTLED = 1_000_000;

    private final Section node;
    private final Section queue;
    private final List<Section> peers;
    private final Section dns;
    private final Folder folder;

    NodePart(Section top, Folder folder) {
        this.node = top.section("node");
        this.queue = top.section("queue");
        this.peers = top.sections("peer");
        this.dns = top.section("dns");
        this.folder = folder;
    }

    /** @param firstDomain whose postmaster is asked if none is named */
    Configuration.Node node(Optional<String> firstDomain) {
        var name = node.need("name", Reading.of(NodePart::name), "unnamed");
        var hostname = node.need("hostname", Reading.of(NodePart::hostname), "localhost");
        var postmaster = node.get("postmaster", mailbox(), Mailbox.parse("postmaster@" + firstDomain.orElse(hostname)));
        var read = new Configuration.Node(
                name,
                node.get("zone", Reading.of(NodePart::name), "-"),
                hostname,
                node.need("data", folder.path(), folder.base()),
                node.get("drain", Reading.duration(), Duration.ofSeconds(30)),
                postmaster);
        node.end();
        return read;
    }

    static Reading<Mailbox> mailbox() {
        return Reading.of(text -> {
            try {
                return Mailbox.parse(text);
            } catch (PathSyntaxException e) {
                throw new IllegalArgumentException(
                        "must be a mailbox such as postmaster@example.org: " + e.getMessage(), e);
            }
        });
    }

    static String name(String text) {
        return matching(text, NAME, NAME_RULE);
    }

    static String hostname(String text) {
        return matching(text, HOSTNAME, "a host name");
    }

    /** What EHLO says from an address of ours: receivers look it up. */
    static String helo(String text) {
        var name = hostname(text);
        if (NUMBER_LAST.matcher(name).find()) {
            throw new IllegalArgumentException("must be a host name, not an address");
        }
        return name;
    }

    private static String matching(String text, Pattern pattern, String rule) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("must be " + rule);
        }
        return text;
    }

    Path volume(Configuration.Node identity) {
        return queue.get("volume", folder.path(), identity.data().resolve("volume"));
    }

    boolean deliver() {
        return queue.get("deliver", Reading.flag(), true);
    }

    /** All but {@link #volume} and {@link #deliver}, which are read before. */
    record Queue(QueueSettings settings, Duration leaseTerm) {}

    Queue queue(Configuration.Node identity) {
        var retry = queue.get("retry", Reading.someOf(Reading.duration()), RETRY);
        var expire = queue.get("expire", Reading.duration(), Duration.ofDays(5));
        var leaseTerm = queue.get("lease-term", NodePart::leaseTerm, Duration.ofSeconds(10));
        var settings = new QueueSettings(
                identity.name(),
                new RetrySchedule(retry, expire),
                queue.get("segment-size", Reading.size(1 << 20, 1L << 30), QueueSettings.DEFAULT_SEGMENT_SIZE),
                queue.get("keep-settled", Reading.number(0, MAX_SETTLED), 10_000));
        queue.end();
        return new Queue(settings, leaseTerm);
    }

    private static Duration leaseTerm(Object value) {
        var term = Reading.duration().read(value);
        if (term.compareTo(LEAST_TERM) < 0) {
            throw new IllegalArgumentException("must be at least 1s");
        }
        return term;
    }

    List<PeerSettings> peers(Configuration.Node identity) {
        Set<String> names = new HashSet<>();
        return peers.stream().map(peer -> peer(peer, names, identity.name())).toList();
    }

    private PeerSettings peer(Section section, Set<String> names, String own) {
        var read = new PeerSettings(
                section.name("name", Reading.of(NodePart::name), names),
                section.need("url", Reading.of(NodePart::url), URI.create("http://127.0.0.1:1")),
                section.get("token-file", folder.path()));
        if (read.name().equals(own)) {
            section.problem("name", "is this node's own");
        }
        read.problem().ifPresent(reason -> section.problem("url", reason));
        section.end();
        return read;
    }

    /** The JDK's own words for a wrong one repeat it, password included. */
    private static URI url(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("must be http://HOST:PORT or https://HOST:PORT", e);
        }
    }

    List<InetSocketAddress> resolvers() {
        var resolvers = dns.get("resolvers", Reading.listOf(Addresses.nameServer()), List.of());
        dns.end();
        return resolvers;
    }
}
