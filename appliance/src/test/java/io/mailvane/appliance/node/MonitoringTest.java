package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.ConfigurationFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
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
