package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mailvane.route.PeerStrike;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of a peer that answers as the test says. */
class PeerWatchIT {
    private static final Set<InetSocketAddress> LISTENERS = Set.of(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 2526),
            new InetSocketAddress(InetAddress.ofLiteral("::1"), 25));

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final SteppedClock clock = new SteppedClock();
    private final AtomicReference<Answer> answer = new AtomicReference<>(new Answer(200, snapshotOf("zone-b")));
    private final AtomicReference<String> authorization = new AtomicReference<>("");
    private final AtomicReference<List<PeerStrike>> strikes = new AtomicReference<>(List.of());
    private final AtomicLong nanos = new AtomicLong(-1);
    private HttpServer peer;
    private PeerWatch watch;

    private record Answer(int status, String body) {}

    @BeforeEach
    void start() throws IOException {
        peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.createContext("/api/v1/node/snapshot", this::answer);
        peer.start();
        Files.writeString(folder.resolve("admin.token"), "first\n");
        watch = new PeerWatch(List.of(settings()), clock, nanos::get, snapshot -> strikes.set(snapshot.peerStrikes()));
    }

    private PeerSettings settings() {
        var url = URI.create("http://127.0.0.1:" + peer.getAddress().getPort());
        return new PeerSettings("zone-b", url, Optional.of(folder.resolve("admin.token")));
    }

    @AfterEach
    void stop() {
        watch.close();
        peer.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
            var body = answer.get().body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.get().status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String snapshotOf(String node) {
        return new String(Json.write(SampleSnapshot.of(node)), StandardCharsets.UTF_8);
    }

    private PeerView view() {
        return watch.views().getFirst();
    }

    private void awaitWhy(String why) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(view().why()).isEqualTo(why));
    }

    @Test
    void isUnreachableUntilItWasHeard() {
        assertThat(view())
                .isEqualTo(new PeerView(
                        "zone-b",
                        view().url(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "not asked yet"));
    }

    @Test
    void isUnreachableTenSecondsAfterItsLastWord() {
        watch.start();
        awaitWhy("");
        answer.set(new Answer(503, "{}"));
        awaitWhy("it answers 503");
        clock.advance(Duration.ofSeconds(10));
        assertThat(view().state()).isEqualTo("up");
        clock.advance(Duration.ofMillis(1));
        assertThat(view().state()).isEqualTo("unreachable");
        assertThat(view().asOf()).contains(SteppedClock.START);
        assertThat(view().snapshot().orElseThrow().counts().messages().total()).isEqualTo(4);
        answer.set(new Answer(200, snapshotOf("zone-b")));
        awaitWhy("");
        assertThat(view().state()).isEqualTo("up");
    }

    /** It says by its own clock when it spoke; ours may have been set anew since. */
    @Test
    void goesOnByItsOwnClockWhateverOursShows() {
        clock.advance(Duration.ofHours(5));
        watch.start();
        awaitWhy("");
        answer.set(new Answer(503, "{}"));
        awaitWhy("it answers 503");
        clock.advance(Duration.ofHours(-7));
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(view().clock()).contains(SteppedClock.START.plusSeconds(30));
    }

    @Test
    void takesNoOtherNodeForIt() {
        answer.set(new Answer(200, snapshotOf("zone-c")));
        watch.start();
        awaitWhy("another node answers there: zone-c");
        assertThat(view().snapshot()).isEmpty();
    }

    @Test
    void takesNothingElseForASnapshot() {
        answer.set(new Answer(200, snapshotOf("zone-b").replace("accepting", "splendid")));
        watch.start();
        awaitWhy("its answer is no snapshot");
    }

    @Test
    void knowsWhereItTakesMailAlsoWhileItIsGone() {
        watch.start();
        awaitWhy("");
        assertThat(watch.listeners()).isEqualTo(LISTENERS);
        answer.set(new Answer(503, ""));
        awaitWhy("it answers 503");
        assertThat(watch.listeners()).isEqualTo(LISTENERS);
    }

    @Test
    void outlivesNonsense() {
        answer.set(new Answer(200, "null"));
        watch.start();
        awaitWhy("its answer is no snapshot");
        answer.set(new Answer(200, snapshotOf("zone-b")));
        awaitWhy("");
    }

    @Test
    void pullsOnAfterAFaultOfItsOwn() {
        var faults = new AtomicInteger(1);
        try (var faulty = new PeerWatch(List.of(settings()), clock, nanos::get, snapshot -> {
            if (faults.getAndDecrement() > 0) {
                throw new IllegalStateException("of this test");
            }
        })) {
            faulty.start();
            await().atMost(PATIENCE).until(() -> faulty.isUp("zone-b"));
        }
        assertThat(faults).hasNegativeValue();
    }

    @Test
    void understandsAPeerThatSaysMore() {
        answer.set(new Answer(200, "{\"later\":[1]," + snapshotOf("zone-b").substring(1)));
        watch.start();
        awaitWhy("");
        assertThat(view().up()).isTrue();
    }

    @Test
    void handsOnWhatReceiversRefusedOfItsAddresses() {
        watch.start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(strikes.get()).containsExactly(SampleSnapshot.STRIKE));
        answer.set(new Answer(200, snapshotOf("zone-b").replace("\"google\",\"address\"", "\"Google\",\"address\"")));
        awaitWhy("its answer is no snapshot");
    }

    @Test
    void understandsAPeerThatKnowsNothingOfWaysAndStrikes() {
        answer.set(new Answer(200, snapshotOf("zone-b").replaceAll(",\"(routing|strikes)\":", ",\"not-$1\":")));
        watch.start();
        awaitWhy("");
        assertThat(view().up()).isTrue();
        assertThat(strikes.get()).isEmpty();
    }

    @Test
    void readsItsTokenAnewAtEachPull() throws IOException {
        watch.start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(authorization).hasValue("Bearer first"));
        Files.writeString(folder.resolve("admin.token"), "second\n");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(authorization).hasValue("Bearer second"));
        Files.delete(folder.resolve("admin.token"));
        awaitWhy("its token file is not there");
    }
}
