package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.storage.Trouble.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every volume keeps to. */
abstract class VolumeContract {
    static final Duration FORCE_INTERVAL = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    final AtomicLong nanos = new AtomicLong();
    Path directory;

    /** One that is in order but for what lies in {@code place}. */
    abstract Volume volume(LocalVolume.Place place);

    Volume volume(String node) {
        return volume(node, directory);
    }

    final Volume volume(String node, Path at) {
        return volume(new LocalVolume.Place(at, node, folder.resolve(node + ".id"), LocalVolume.Mounting.ANY));
    }

    @BeforeEach
    void name() {
        directory = folder.resolve("srv/volume");
    }

    @Test
    void isMadeAndMarkedByTheFirstThatComes() throws Exception {
        var volume = volume("a");
        volume.open();
        volume.require();

        assertThat(Files.readString(directory.resolve("volume.id"))).matches("volume 1 id=[0-9a-f]{32}\n");
        assertThat(names()).containsExactlyInAnyOrder("volume.id", "a.probe", "a.reserve");
        var sight = volume.look();
        assertThat(sight.troubles()).isEmpty();
        assertThat(sight.space().map(Space::octets)).contains(volume.space().octets());
        assertThat(sight.force()).isPresent();
    }

    @Test
    void isTheSameToEveryNodeAndAfterARestart() throws Exception {
        volume("a").open();
        var mark = Files.readString(directory.resolve("volume.id"));
        var other = volume("b");
        other.open();
        var again = volume("a");
        again.open();

        assertThat(Files.readString(directory.resolve("volume.id"))).isEqualTo(mark);
        assertThat(List.of(other.look().troubles(), again.look().troubles())).containsOnly(List.of());
    }

    @Test
    void doesNotOpenOnTheEmptyFolderThatIsLeftOfIt() throws Exception {
        volume("a").open();
        unmount();

        assertThatThrownBy(volume("a")::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the volume that was there is not mounted");
        assertThat(names()).isEmpty();
    }

    @Test
    void doesNotOpenWhereTheFolderIsGone() throws Exception {
        volume("a").open();
        unmount();
        Files.delete(directory);

        assertThatThrownBy(volume("a")::open).isInstanceOf(IOException.class).hasMessageContaining("not mounted");
        assertThat(directory).doesNotExist();
    }

    @Test
    void doesNotOpenOnAnother() throws Exception {
        volume("a").open();
        unmount();
        volume("b").open();
        Files.delete(directory.resolve("b.probe"));
        Files.delete(directory.resolve("b.reserve"));

        assertThatThrownBy(volume("a")::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is another volume than this node had there")
                .hasMessageContaining(folder.resolve("a.id").toString());
        assertThat(names()).containsExactly("volume.id");
    }

    @Test
    void followsTheOperatorToAnotherPath() throws Exception {
        volume("a").open();
        var elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        var moved = volume("a", elsewhere);
        moved.open();

        assertThat(moved.look().troubles()).isEmpty();
        assertThat(elsewhere.resolve("volume.id")).exists();
    }

    @Test
    void isGoneWhileItIsUnmountedAndWritesNothing() throws Exception {
        var volume = volume("a");
        volume.open();
        var away = folder.resolve("away");
        Files.move(directory, away);
        Files.createDirectory(directory);

        assertThat(volume.look().troubles())
                .containsExactly(Trouble.of(
                        Kind.NOT_MOUNTED,
                        "there is no volume.id in " + directory + ": the volume that was there is not mounted"));
        assertThat(volume.look().space()).isEmpty();
        assertThatThrownBy(volume::require).isInstanceOf(IOException.class).hasMessageContaining("not mounted");
        assertThat(names()).isEmpty();

        Files.delete(directory);
        Files.move(away, directory);
        volume.require();
        assertThat(volume.look().troubles()).isEmpty();
    }

    @Test
    void isUnreachableWhenItsMarkCannotBeRead() throws Exception {
        var volume = volume("a");
        volume.open();
        Files.writeString(directory.resolve("volume.id"), "something else");

        assertThat(kinds(volume)).containsExactly(Kind.UNREACHABLE);
    }

    @Test
    void isNotWritableWhenAForceFailsAndIsAgainAsSoonAsItDoesNot() throws Exception {
        var volume = volume("a");
        volume.open();
        Files.delete(directory.resolve("a.probe"));
        Files.createDirectory(directory.resolve("a.probe"));
        assertThat(kinds(volume)).isEmpty();
        nanos.addAndGet(FORCE_INTERVAL.toNanos());
        assertThat(kinds(volume)).containsExactly(Kind.NOT_WRITABLE);

        Files.delete(directory.resolve("a.probe"));
        assertThat(kinds(volume)).containsExactly(Kind.NOT_MOUNTED);
        Files.writeString(directory.resolve("a.probe"), "");
        assertThat(kinds(volume)).isEmpty();
    }

    @Test
    void refusesAMemoryThatItDoesNotUnderstand() throws Exception {
        Files.writeString(folder.resolve("a.id"), "volume 2");

        assertThatThrownBy(volume("a")::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not name a volume");
        assertThat(directory).doesNotExist();
    }

    @Test
    void keepsWhatItPutByWhereThereIsRoom() throws Exception {
        var volume = volume("a");
        volume.open();
        var before = Files.size(directory.resolve("a.reserve"));
        volume.makeRoom();

        assertThat(directory.resolve("a.reserve")).hasSize(before);
    }

    static List<Kind> kinds(Volume volume) {
        return volume.look().troubles().stream().map(Trouble::kind).toList();
    }

    private void unmount() throws IOException {
        for (var name : names()) {
            Files.delete(directory.resolve(name));
        }
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
