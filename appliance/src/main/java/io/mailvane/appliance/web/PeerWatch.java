package io.mailvane.appliance.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls every peer's snapshot again and again, each on a virtual thread of its own: a peer that hangs delays nothing but
 * the news of itself. What it says is data, bounded in size and time.
 */
final class PeerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerWatch.class);

    static final Duration INTERVAL = Duration.ofSeconds(2);
    static final Duration UNREACHABLE_AFTER = Duration.ofSeconds(10);
    private static final Duration PULL_TIMEOUT = Duration.ofSeconds(5);
    private static final int SNAPSHOT_MOST = 8 << 20;
    private static final int TOKEN_MOST = 4096;

    private final InstantSource clock;
    /** Ours may be set anew while a peer is silent. */
    private final LongSupplier ticker;

    private final Consumer<Snapshot> news;
    private final List<Watched> peers;
    private final HttpClient client;
    private final CountDownLatch stop = new CountDownLatch(1);

    /** @param news is told each snapshot that comes, on the thread that pulled it */
    PeerWatch(List<PeerSettings> peers, InstantSource clock, LongSupplier ticker, Consumer<Snapshot> news) {
        this.clock = clock;
        this.ticker = ticker;
        this.news = news;
        this.peers = peers.stream().map(Watched::new).toList();
        this.client = HttpClient.newBuilder()
                .connectTimeout(INTERVAL)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .sslContext(tls(peers))
                .executor(command -> Thread.ofVirtual().name("peer-client").start(command))
                .build();
    }

    /** The JDK's authorities are a hundred certificates to read: only for who asks a peer by TLS. */
    private static SSLContext tls(List<PeerSettings> peers) {
        try {
            if (peers.stream().anyMatch(PeerSettings::usesTls)) {
                return SSLContext.getDefault();
            }
            var trustsNobody = SSLContext.getInstance("TLS");
            trustsNobody.init(null, new TrustManager[0], null);
            return trustsNobody;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    /** One peer, and what was last heard of it. */
    private static final class Watched {
        private final PeerSettings settings;
        private volatile Heard heard = new Heard(Optional.empty(), 0, Optional.empty(), Set.of(), "not asked yet");

        Watched(PeerSettings settings) {
            this.settings = settings;
        }
    }

    /** @param nanos the same moment as {@code at}, on the ticker */
    private record Heard(
            Optional<Instant> at,
            long nanos,
            Optional<Snapshot> snapshot,
            Set<InetSocketAddress> listeners,
            String why) {
        /** Its own clock's time now. */
        Optional<Instant> clock(long now) {
            return snapshot.map(said -> said.asOf().plusNanos(now - nanos));
        }

        /** What was heard last, and why nothing newer was. */
        Heard without(String reason) {
            return new Heard(at, nanos, snapshot, listeners, reason);
        }
    }

    /** Where peers take mail, as they last said. */
    Set<InetSocketAddress> listeners() {
        return peers.stream().flatMap(peer -> peer.heard.listeners().stream()).collect(Collectors.toUnmodifiableSet());
    }

    void start() {
        for (var peer : peers) {
            Thread.ofVirtual().name("peer-" + peer.settings.name()).start(() -> watch(peer));
        }
    }

    private void watch(Watched peer) {
        try {
            do {
                peer.heard = pull(peer);
            } while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Heard pull(Watched peer) throws InterruptedException {
        try {
            var snapshot = read(peer.settings, ask(peer.settings));
            news.accept(snapshot);
            return new Heard(
                    Optional.of(clock.instant()), ticker.getAsLong(), Optional.of(snapshot), listeners(snapshot), "");
        } catch (IOException e) {
            return peer.heard.without(reason(e));
        } catch (RuntimeException e) {
            // Of this pull alone: the next one may bring what can be understood.
            LOG.error(
                    "{}",
                    LogLine.event("alarm")
                            .field("what", "peer-fault")
                            .field("peer", peer.settings.name())
                            .field("reason", e),
                    e);
            return peer.heard.without("its answer met a fault of this node");
        }
    }

    /** What is no address and port is of no use here, and no fault of ours. */
    private static Set<InetSocketAddress> listeners(Snapshot snapshot) {
        return snapshot.listeners().stream()
                .flatMap(text -> address(text).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<InetSocketAddress> address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        try {
            var host = text.substring(0, colon).replaceAll("[\\[\\]]", "");
            return Optional.of(
                    new InetSocketAddress(InetAddress.ofLiteral(host), Integer.parseInt(text.substring(colon + 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
    }

    /** The client's own timeout ends with the answer's header; this one bounds its body too. */
    private HttpResponse<byte[]> ask(PeerSettings peer) throws IOException, InterruptedException {
        var answer = client.sendAsync(request(peer), BodyHandlers.limiting(BodyHandlers.ofByteArray(), SNAPSHOT_MOST));
        try {
            return answer.get(PULL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer within " + PULL_TIMEOUT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(cause(e), e);
        }
    }

    private static String cause(ExecutionException e) {
        var cause = e.getCause();
        if (cause instanceof java.net.ConnectException) {
            return "no connection";
        }
        return cause == null || cause.getMessage() == null ? "no answer" : cause.getMessage();
    }

    private static HttpRequest request(PeerSettings peer) throws IOException {
        var request = HttpRequest.newBuilder(peer.snapshot()).header("Accept", "application/json");
        if (peer.tokenFile().isPresent()) {
            request.header("Authorization", "Bearer " + token(peer.tokenFile().get()));
        }
        return request.build();
    }

    private static String token(java.nio.file.Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            String token = new String(in.readNBytes(TOKEN_MOST), java.nio.charset.StandardCharsets.UTF_8).strip();
            if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
                throw new IOException("its token file holds no token");
            }
            return token;
        } catch (java.nio.file.NoSuchFileException e) {
            throw new IOException("its token file is not there", e);
        }
    }

    private static Snapshot read(PeerSettings peer, HttpResponse<byte[]> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new IOException("it answers " + answer.statusCode());
        }
        try {
            var snapshot = Json.readKnown(answer.body(), Snapshot.class);
            if (!snapshot.node().equals(peer.name())) {
                throw new IOException("another node answers there: " + snapshot.node());
            }
            return snapshot;
        } catch (JsonProcessingException e) {
            throw new IOException("its answer is no snapshot", e);
        }
    }

    /** In the configured order. */
    List<PeerView> views() {
        var now = clock.instant();
        return peers.stream().map(peer -> view(peer, now)).toList();
    }

    /** Whether the peer of this name was heard lately. */
    boolean isUp(String peer) {
        return views().stream().anyMatch(view -> view.node().equals(peer) && view.up());
    }

    private PeerView view(Watched peer, Instant now) {
        var heard = peer.heard;
        boolean up = heard.at()
                .filter(at -> Duration.between(at, now).compareTo(UNREACHABLE_AFTER) <= 0)
                .isPresent();
        return new PeerView(
                peer.settings.name(),
                peer.settings.url(),
                up,
                heard.at(),
                heard.clock(ticker.getAsLong()),
                heard.snapshot(),
                heard.why());
    }

    @Override
    public void close() {
        stop.countDown();
        client.shutdownNow();
    }
}
