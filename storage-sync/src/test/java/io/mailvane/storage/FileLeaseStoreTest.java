package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaseStoreTest implements LeaseStoreContract {
    @TempDir
    private Path volume;

    @Override
    public LeaseStore store() {
        return new FileLeaseStore(volume);
    }

    @Test
    void leavesNothingButClaimsAndHeartbeats() throws IOException {
        store().claim("zone-a", LeaseStoreContract.claim(1, "zone-a", 1));
        store().claim("zone-a", LeaseStoreContract.claim(1, "zone-b", 2));
        store().beat("zone-a", 1, new Heartbeat(1, Heartbeat.State.HELD));

        assertThat(volume.resolve("zone-a/lease"))
                .isDirectoryContaining("glob:**/e00000001.claim")
                .isDirectoryContaining("glob:**/e00000001.beat");
        try (var files = Files.list(volume.resolve("zone-a/lease"))) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void takesAHeartbeatThatIsBeingWrittenForNone() throws IOException {
        store().claim("zone-a", LeaseStoreContract.claim(1, "zone-a", 1));
        store().beat("zone-a", 1, new Heartbeat(1, Heartbeat.State.RELEASED));
        var file = volume.resolve("zone-a/lease/e00000001.beat");
        var octets = Files.readAllBytes(file);
        octets[26] = '7';
        Files.write(file, octets, StandardOpenOption.WRITE);

        assertThat(store().heartbeat("zone-a", 1)).isEmpty();
    }

    @Test
    void doesNotTakeForAClaimWhatIsNone() throws IOException {
        store().claim("zone-a", LeaseStoreContract.claim(1, "zone-a", 1));
        Files.writeString(volume.resolve("zone-a/lease/e00000002.claim"), "whatever\n");

        assertThatThrownBy(() -> store().claims("zone-a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("e00000002.claim is not a claim");
    }

    @Test
    void doesNotBeatWhereTheVolumeIsGone() {
        assertThatThrownBy(() -> store().beat("zone-a", 1, new Heartbeat(1, Heartbeat.State.HELD)))
                .isInstanceOf(IOException.class);
    }
}
