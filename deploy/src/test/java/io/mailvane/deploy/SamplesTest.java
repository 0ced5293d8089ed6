package io.mailvane.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.appliance.config.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample configuration is one that a node starts with. */
class SamplesTest {
    private static final Path SAMPLES = Path.of("samples");
    private static final Duration STALL = Duration.ofSeconds(8);

    static Stream<Path> samples() throws IOException {
        try (var files = Files.walk(SAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".toml")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void isWithoutProblems(Path sample) throws Exception {
        var read = ConfigurationFile.read(sample, List.of());

        assertThat(read.outbound().relayDomains()).containsKey("shop.example");
    }

    @Test
    void thePairSharesAVolumeAndNothingElse() throws Exception {
        var a = ConfigurationFile.read(SAMPLES.resolve("pair/zone-a.toml"), List.of());
        var b = ConfigurationFile.read(SAMPLES.resolve("pair/zone-b.toml"), List.of());

        assertThat(a.volume()).isEqualTo(b.volume());
        assertThat(a.node().name()).isNotEqualTo(b.node().name());
        assertThat(a.node().data()).isNotEqualTo(b.node().data());
        assertThat(a.sources()).hasSize(1).doesNotContainAnyElementsOf(b.sources());
        assertThat(a.dnsbl().choice()).isEqualTo(b.dnsbl().choice());
        assertThat(a.peers().getFirst().name()).isEqualTo(b.node().name());
        assertThat(a.peers().getFirst().tokenFile()).contains(b.node().run().resolve("admin.token"));
    }

    /** A silent brick stalls a write for 8 s: neither the lease nor the look at the volume may end by that. */
    @Test
    void theNodeOnGlusterFsOutlastsAStallOfItsVolume() throws Exception {
        var volume = ConfigurationFile.read(SAMPLES.resolve("gluster/zone-a.toml"), List.of())
                .volume();

        assertThat(volume.storage().type()).isEqualTo(StorageSettings.Type.GLUSTERFS);
        assertThat(volume.storage().mount()).contains(Path.of("/srv/mailvane"));
        assertThat(volume.directory()).isEqualTo(Path.of("/srv/mailvane/queue"));
        assertThat(volume.leaseTerm().multipliedBy(4).dividedBy(5)).isGreaterThan(STALL);
        assertThat(volume.storage().watch().deadline()).isGreaterThan(STALL);
    }
}
