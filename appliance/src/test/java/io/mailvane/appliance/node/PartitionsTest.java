package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.outbound.DsnWriter;
import io.mailvane.queue.Adoption;
import io.mailvane.queue.MessageQueue;
import io.mailvane.storage.FileLeaseStore;
import io.mailvane.storage.Heartbeat;
import io.mailvane.storage.Incarnation;
import io.mailvane.storage.LeaseTerm;
import io.mailvane.storage.Leases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node leaves on the volume of what it held, for whoever comes next. */
class PartitionsTest {
    @TempDir
    private Path folder;

    private final List<String> lost = new ArrayList<>();
    private Configuration settings;
    private Storage storage;

    @BeforeEach
    void begin() throws Exception {
        var file = Files.writeString(folder.resolve("node.toml"), """
                [node]
                name = "zone-a"
                zone = "a"
                hostname = "mx-a.example"
                data = "data"
                [queue]
                volume = "volume"
                [[listener]]
                name = "mx"
                role = "mx"
                address = "127.0.0.1:0"
                """);
        settings = ConfigurationFile.read(file, Node.installedProviders());
        PrivateDirectory.make(settings.node().run());
        storage = Storage.open(settings);
    }

    private Partitions open() throws IOException {
        return new Partitions(settings, storage, new StopSignal(), lost::add);
    }

    private Leases leases(String node) {
        return new Leases(
                new FileLeaseStore(folder.resolve("volume")),
                new Leases.Owner(node, Incarnation.ofThisProcess(), other -> false),
                LeaseTerm.of(Duration.ofSeconds(10)),
                System::nanoTime,
                (lease, why) -> {});
    }

    private Heartbeat.State left(String partition) throws IOException {
        return leases("zone-z").look().stream()
                .filter(each -> each.partition().equals(partition))
                .findFirst()
                .flatMap(each -> each.heartbeat())
                .map(Heartbeat::state)
                .orElseThrow();
    }

    private static void end(Partitions partitions, String how) {
        for (var step : how.strip().split(" ")) {
            switch (step) {
                case "begin" -> partitions.begin();
                case "in-order" -> partitions.endInOrder();
                case "for-another" -> partitions.handOver();
                default -> assertThat(step).isEqualTo("at-once");
            }
        }
        partitions.close();
    }

    @ParameterizedTest
    @CsvSource({
        "at-once, RELEASED, IN_ORDER",
        "begin, INTERRUPTED, UNKNOWN",
        "begin in-order, RELEASED, IN_ORDER",
        "begin for-another, ABANDONED, UNKNOWN",
        "begin in-order for-another, HANDED_OVER, IN_ORDER",
        "for-another, HANDED_OVER, IN_ORDER",
    })
    void leavesHowItEnded(String how, Heartbeat.State left, Adoption.Ending toTheNext) throws Exception {
        end(open(), how);

        assertThat(left("zone-a")).isEqualTo(left);
        try (var next = open()) {
            assertThat(next.formerEnding()).isEqualTo(toTheNext);
            assertThat(next.mayAct()).isTrue();
        }
        assertThat(lost).isEmpty();
    }

    /** It began nothing, but whoever was before it had. */
    @Test
    void leavesInDoubtWhatItFoundInDoubt() throws Exception {
        end(open(), "begin");
        end(open(), "at-once");

        assertThat(left("zone-a")).isEqualTo(Heartbeat.State.INTERRUPTED);
        try (var next = open()) {
            assertThat(next.formerEnding()).isEqualTo(Adoption.Ending.UNKNOWN);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "begin, INTERRUPTED",
        "begin in-order, RELEASED",
        "begin for-another, ABANDONED",
        "begin in-order for-another, HANDED_OVER",
    })
    void leavesWhatItAdoptedAsItsOwn(String how, Heartbeat.State left) throws Exception {
        var theirs = leases("zone-b");
        var lease = theirs.takeOwn(partition -> 0).orElseThrow();
        theirs.release(lease, Heartbeat.State.HANDED_OVER);
        var partitions = open();
        PrivateDirectory.make(partitions.directory());
        try (var queue = MessageQueue.open(
                settings.queue(),
                storage.segments(partitions.directory()),
                new DsnWriter("mx-a.example", settings.node().postmaster()),
                InstantSource.system(),
                partitions.tenure(),
                partitions.formerEnding())) {
            assertThat(partitions.adoptions().adoptNow(queue, "zone-b")).isEmpty();
            assertThat(partitions.status())
                    .extracting(each -> each.name() + " " + each.directory() + " " + each.epoch())
                    .containsExactly("zone-a zone-a 1", "zone-b zone-b 2");
            partitions.adoptions().end();
        }
        end(partitions, how);

        assertThat(left("zone-b")).isEqualTo(left);
    }

    @Test
    void takesNothingForANodeThatIsToldToStop() throws Exception {
        var stop = new StopSignal();
        stop.give();

        assertThatThrownBy(() -> new Partitions(settings, storage, stop, lost::add))
                .isInstanceOf(StopSignal.StoppedException.class);

        assertThat(leases("zone-z").look()).isEmpty();
    }

    @Test
    void knowsWhetherAClaimCouldBeMade() throws Exception {
        try (var partitions = open()) {
            boolean before = partitions.isVolumeWritable();
            var lease = folder.resolve("volume/zone-a/lease");
            Files.move(lease, lease.resolveSibling("elsewhere"));
            Files.writeString(lease, "no folder");

            assertThat(List.of(before, partitions.isVolumeWritable())).containsExactly(true, false);
            Files.delete(lease);
            Files.move(lease.resolveSibling("elsewhere"), lease);
        }
    }

    @ParameterizedTest
    @CsvSource({"zone-a, zone-a", "zone-a.1, zone-a", "zone-a.12, zone-a"})
    void knowsWhoseMailAPartitionTook(String partition, String node) {
        assertThat(Partitions.nodeOf(partition)).isEqualTo(node);
    }
}
