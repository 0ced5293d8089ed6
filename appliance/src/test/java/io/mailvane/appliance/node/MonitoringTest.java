package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.mail.SourceStanding;
import io.mailvane.route.Route;
import io.mailvane.route.RouteEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitoringTest {
    /** A thread in one of these goes no further by itself. */
    private static final EnumSet<Thread.State> STILL =
            EnumSet.of(Thread.State.WAITING, Thread.State.BLOCKED, Thread.State.TERMINATED);

    @TempDir
    Path folder;

    private Configuration configuration(String catalogue) throws Exception {
        var file = Files.writeString(folder.resolve(catalogue + ".toml"), """
                [node]
                name = "zone-a"
                hostname = "mx-a.example"
                data = "data"
                [[listener]]
                name = "mx"
                role = "mx"
                address = "127.0.0.1:0"
                [dnsbl]
                catalogue = "%s"
                """.formatted(catalogue));
        return ConfigurationFile.read(file, List.of());
    }

    /** With one source, of this public address. */
    private Configuration watching(String address, String interval) throws Exception {
        var file = Files.writeString(folder.resolve("watching.toml"), """
                [node]
                name = "zone-a"
                hostname = "mx-a.example"
                data = "data"
                [[listener]]
                name = "mx"
                role = "mx"
                address = "127.0.0.1:0"
                [dns]
                resolvers = ["127.0.0.1:1"]
                [[source]]
                name = "a1"
                local = "127.0.0.11"
                public = "%s"
                admitted = true
                warm = true
                [dnsbl]
                catalogue = "none"
                spamhaus = "off"
                interval = "%s"
                """.formatted(address, interval));
        return ConfigurationFile.read(file, List.of());
    }

    private static void await(Monitoring monitoring, SourceStanding.State state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> standing(monitoring).state() == state);
    }

    private static SourceStanding standing(Monitoring monitoring) {
        return Optional.ofNullable(monitoring.reputation().standings().get("a1"))
                .orElseThrow();
    }

    /** Only those who see it can mend it; other settings cannot. */
    @Test
    void anAddressThatIsNotOursAnyMoreStaysOutWhenTheSettingsChange() throws Exception {
        var a1 = new Route(Route.Kind.SOURCE, "a1");
        var changed = new RouteEvent(
                Instant.EPOCH,
                RouteEvent.Kind.ADDRESS_CHANGED,
                a1,
                Optional.empty(),
                "seen elsewhere",
                Optional.empty());
        try (var monitoring = Monitoring.start(watching("203.0.113.11", "15m"), () -> true)) {
            await(monitoring, SourceStanding.State.ACTIVE);
            monitoring.seen(changed);
            await(monitoring, SourceStanding.State.QUARANTINED);

            monitoring.reload(watching("203.0.113.11", "20m"));
            await(monitoring, SourceStanding.State.QUARANTINED);
            assertThat(standing(monitoring).why()).isEqualTo("seen elsewhere");

            monitoring.reload(watching("203.0.113.12", "20m"));
            await(monitoring, SourceStanding.State.ACTIVE);
        }
    }

    /** While it hears what was, what is comes: it must not take the first for the newer one. */
    @Test
    void aListenerHearsTheLatestLast() throws Exception {
        var other = configuration("none");
        var heard = new CopyOnWriteArrayList<Instant>();
        var teller = new AtomicReference<Thread>();
        try (var monitoring = Monitoring.start(configuration("shipped"), () -> true)) {
            monitoring.listen(reputation -> {
                if (teller.get() == null) {
                    teller.set(Thread.ofPlatform().start(() -> monitoring.reload(other)));
                    Awaitility.await().until(() -> STILL.contains(teller.get().getState()));
                }
                heard.add(reputation.asOf());
            });
            teller.get().join();

            assertThat(heard).hasSize(2);
            assertThat(heard.getLast()).isEqualTo(monitoring.reputation().asOf());
        }
    }
}
