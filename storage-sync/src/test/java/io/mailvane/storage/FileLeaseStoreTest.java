package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
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
        store().claim(LeaseStoreContract.claim("zone-a", 1, "zone-a", 1));
        store().claim(LeaseStoreContract.claim("zone-a", 1, "zone-b", 2));
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
        store().claim(LeaseStoreContract.claim("zone-a", 1, "zone-a", 1));
        store().beat("zone-a", 1, new Heartbeat(1, Heartbeat.State.RELEASED));
        var file = volume.resolve("zone-a/lease/e00000001.beat");
        var octets = Files.readAllBytes(file);
        octets[26] = '7';
        Files.write(file, octets, StandardOpenOption.WRITE);

        assertThat(store().heartbeat("zone-a", 1)).isEmpty();
    }

    @Test
    void doesNotTakeForAClaimWhatIsNone() throws IOException {
        store().claim(LeaseStoreContract.claim("zone-a", 1, "zone-a", 1));
        Files.writeString(volume.resolve("zone-a/lease/e00000002.claim"), "whatever\n");

        assertThatThrownBy(() -> store().claims("zone-a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("e00000002.claim is not a claim");
    }

    @Test
    void passesOverFoldersThatNoPartitionIsCalled() throws IOException {
        store().claim(LeaseStoreContract.claim("zone-a", 1, "zone-a", 1));
        Files.createDirectories(volume.resolve("zone-a.bak/lease"));
        Files.createDirectories(volume.resolve("zone-b.2/lease"));
        Files.createDirectories(volume.resolve("lost+found"));

        assertThat(store().partitions()).containsExactly("zone-a", "zone-b.2");
    }

    @Test
    void refusesAClaimThatWasCopiedFromAnotherPartition() throws IOException {
        store().claim(LeaseStoreContract.claim("zone-a", 1, "zone-a", 1));
        Files.createDirectories(volume.resolve("zone-b/lease"));
        Files.copy(volume.resolve("zone-a/lease/e00000001.claim"), volume.resolve("zone-b/lease/e00000001.claim"));

        assertThatThrownBy(() -> store().claims("zone-b"))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith(
                        "is a claim of partition zone-a, so zone-b is a copy of that, or its name was changed");
    }

    @Test
    void passesOverWhatALaterVersionAddsToAClaim() throws IOException {
        var claim = LeaseStoreContract.claim("zone-a", 1, "zone-a", 2);
        store().claim(claim);
        var file = volume.resolve("zone-a/lease/e00000001.claim");
        var text = Files.readString(file);
        Files.writeString(file, text.replace("\n", " color=blue x=1\n"));

        assertThat(text)
                .isEqualTo("claim 1 partition=zone-a node=zone-a machine=boot/pid:[1] pid=2 started=1002 nonce=abcdef02"
                        + " term=10000 sure=yes\n");
        assertThat(store().claims("zone-a")).containsExactly(claim);
    }

    @Test
    void takesAWordOfALaterVersionForAHeartbeatThatPromisesNothing() throws IOException {
        store().claim(LeaseStoreContract.claim("zone-a", 1, "zone-a", 1));
        var says = "beat 1 00000000000000000007 HANDED_ON to=zone-b";
        var crc = new CRC32C();
        crc.update(says.getBytes(StandardCharsets.US_ASCII));
        Files.writeString(
                volume.resolve("zone-a/lease/e00000001.beat"), String.format("%-64s%08x%n", says, crc.getValue()));

        assertThat(store().heartbeat("zone-a", 1)).contains(new Heartbeat(7, Heartbeat.State.HELD));
    }

    @Test
    void probesWithoutATrace() throws IOException {
        store().claim(LeaseStoreContract.claim("zone-a", 1, "zone-a", 1));
        store().probe("zone-a");

        try (var files = Files.list(volume.resolve("zone-a/lease"))) {
            assertThat(files).hasSize(1);
        }
        assertThatThrownBy(() -> store().probe("zone-b")).isInstanceOf(IOException.class);
    }

    @Test
    void doesNotBeatWhereTheVolumeIsGone() {
        assertThatThrownBy(() -> store().beat("zone-a", 1, new Heartbeat(1, Heartbeat.State.HELD)))
                .isInstanceOf(IOException.class);
    }
}
