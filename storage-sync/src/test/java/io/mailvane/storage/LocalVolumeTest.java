package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.storage.LocalVolume.Mounting;
import io.mailvane.storage.LocalVolume.Place;
import io.mailvane.storage.MountTable.Mount;
import io.mailvane.storage.Trouble.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LocalVolumeTest extends VolumeContract {
    @Override
    Volume volume(Place place) {
        return new LocalVolume(place, FORCE_INTERVAL, nanos::get);
    }

    @Test
    void isMadeNowhereElseThanOnTheMountThatIsNamed() throws Exception {
        var table = new AtomicReference<>(new MountTable(List.of()));
        var volume = on(table, new Mounting(Optional.of(folder.resolve("srv")), Optional.empty()));

        assertThatThrownBy(volume::open)
                .isInstanceOf(IOException.class)
                .hasMessage("nothing is mounted at " + folder.resolve("srv"));
        assertThat(folder.resolve("srv")).doesNotExist();

        table.set(mounted(folder.resolve("srv"), "ext4", false));
        volume.open();
        assertThat(volume.look().troubles()).isEmpty();

        table.set(mounted(folder, "ext4", false));
        assertThat(volume.look())
                .isEqualTo(Sight.of(Trouble.of(Kind.NOT_MOUNTED, "nothing is mounted at " + folder.resolve("srv"))));
        assertThatThrownBy(volume::require).isInstanceOf(IOException.class);
    }

    @Test
    void demandsTheTypeOfFileSystemThatIsNamed() throws Exception {
        var table = new AtomicReference<>(mounted(folder, "ext4", false));
        var volume = on(table, new Mounting(Optional.empty(), Optional.of("fuse.glusterfs")));

        assertThatThrownBy(volume::open)
                .isInstanceOf(IOException.class)
                .hasMessage("what " + directory + " lies on is no mount of type fuse.glusterfs");
        table.set(mounted(folder, "fuse.glusterfs", false));
        volume.open();
    }

    @Test
    void saysThatItIsMountedReadOnlyWithoutWriting() throws Exception {
        var table = new AtomicReference<>(mounted(folder, "ext4", false));
        var volume = on(table, Mounting.ANY);
        volume.open();
        table.set(mounted(folder, "ext4", true));
        var sight = volume.look();

        assertThat(sight.troubles())
                .containsExactly(Trouble.of(Kind.NOT_WRITABLE, directory + " is mounted read-only"));
        assertThat(sight.space()).isPresent();
    }

    @Test
    void findsItsMountBehindALink() throws Exception {
        var real = Files.createDirectory(folder.resolve("real"));
        directory = Files.createSymbolicLink(folder.resolve("link"), real);
        var volume = on(
                new AtomicReference<>(mounted(real, "ext4", false)), new Mounting(Optional.of(real), Optional.empty()));

        volume.open();
        assertThat(volume.look().troubles()).isEmpty();
    }

    @Test
    void countsFilesAsTheSystemDoes() throws Exception {
        var space = FileSystemSpace.of(folder);
        var said = new String(
                        new ProcessBuilder("stat", "-f", "-c", "%b %S %c", folder.toString())
                                .start()
                                .getInputStream()
                                .readAllBytes(),
                        StandardCharsets.US_ASCII)
                .strip()
                .split(" ");

        assertThat(space.octets()).isEqualTo(Long.parseLong(said[0]) * Long.parseLong(said[1]));
        assertThat(space.inodes()).isEqualTo(Long.parseLong(said[2]));
        assertThat(space.freeOctets()).isBetween(0L, space.octets());
        assertThat(space.freeInodes()).isBetween(0L, space.inodes());
    }

    @Test
    void saysWhyTheSpaceOfWhatIsNotThereCannotBeAsked() {
        assertThatThrownBy(() -> FileSystemSpace.of(folder.resolve("nothing"))).isInstanceOf(IOException.class);
    }

    private Volume on(AtomicReference<MountTable> table, Mounting mounting) {
        var place = new Place(directory, "a", folder.resolve("a.id"), mounting);
        return new LocalVolume(place, FORCE_INTERVAL, nanos::get, table::get);
    }

    private static MountTable mounted(Path point, String type, boolean readOnly) {
        return new MountTable(List.of(new Mount(point, type, "/dev/x", readOnly)));
    }
}
