package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.storage.LocalVolume.Place;
import io.mailvane.storage.MountTable.Mount;
import io.mailvane.storage.Trouble.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over a {@code gluster} of the test's own, that says what a real one said, or misbehaves. */
class GlusterVolumeTest extends VolumeContract {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration INTERVAL = GlusterSettings.DEFAULT.interval();
    private static final String HEALED = "--mode=script volume heal queue";

    private final AtomicReference<MountTable> table = new AtomicReference<>();
    private ScriptedGluster gluster;

    @BeforeEach
    void script() throws IOException {
        gluster = ScriptedGluster.in(folder.resolve("program"));
        table.set(new MountTable(List.of(new Mount(folder, "fuse.glusterfs", "zone-a:/queue", false))));
    }

    @Override
    Volume volume(Place place) {
        return volume(place, PATIENCE);
    }

    private Volume volume(Place place, Duration deadline) {
        return new GlusterVolume(
                new LocalVolume(GlusterVolume.mounted(place), FORCE_INTERVAL, nanos::get, table::get),
                new GlusterWatch(gluster.settings(deadline), Runnable::run, nanos::get));
    }

    private Volume opened() throws IOException {
        var volume = volume("a");
        volume.open();
        return volume;
    }

    @Test
    void knowsHowItsCopiesStand() throws Exception {
        var sight = opened().look();

        assertThat(sight.copies()).contains(new Copies(3, 3, 0, 0));
        assertThat(sight.troubles()).isEmpty();
        assertThat(gluster.asked())
                .containsExactly(
                        "--mode=script --xml volume info queue", "--mode=script --xml volume heal queue info summary");
    }

    @Test
    void isNoDirectoryOfAnotherKind() {
        table.set(new MountTable(List.of(new Mount(folder, "ext4", "/dev/sda1", false))));

        assertThatThrownBy(volume("a")::open)
                .isInstanceOf(IOException.class)
                .hasMessage("what " + directory + " lies on is no mount of type fuse.glusterfs");
        assertThat(directory).doesNotExist();
    }

    @Test
    void namesTheBrickThatIsDownAndWhatIsToBeHealed() throws Exception {
        gluster.says("summary", ScriptedGluster.recorded("summary-down"));
        var sight = opened().look();

        assertThat(sight.copies()).contains(new Copies(2, 3, 4, 0));
        assertThat(sight.troubles())
                .containsExactly(
                        new Trouble(
                                Kind.COPY_DOWN,
                                "zone-b:/srv/brick/queue",
                                "brick zone-b:/srv/brick/queue does not answer"),
                        Trouble.of(Kind.HEALING, "4 files and folders have copies that differ yet"));
    }

    @Test
    void asksOftenerWhileSomethingIsWrong() throws Exception {
        var volume = opened();
        volume.look();
        gluster.says("summary", ScriptedGluster.recorded("summary-down"));
        assertThat(kindsAfter(volume, INTERVAL.minusNanos(1))).isEmpty();
        assertThat(kindsAfter(volume, Duration.ofNanos(1))).containsExactly(Kind.COPY_DOWN, Kind.HEALING);
        gluster.says("summary", ScriptedGluster.recorded("summary"));
        assertThat(kindsAfter(volume, INTERVAL.dividedBy(3).minusNanos(1))).isNotEmpty();
        assertThat(kindsAfter(volume, Duration.ofNanos(1))).isEmpty();
    }

    @Test
    void hasTheHealingBegunWhenABrickIsBack() throws Exception {
        var volume = opened();
        gluster.says("summary", ScriptedGluster.recorded("summary-down"));
        volume.look();
        gluster.says("summary", pending(4));
        gluster.does("heal", "echo 'Launching heal operation on volume queue has been unsuccessful:'");
        assertThat(lookAfter(volume, INTERVAL).troubles())
                .contains(new Trouble(
                        Kind.HEALING,
                        "order",
                        "the healing cannot be begun: gluster volume heal queue said: "
                                + "Launching heal operation on volume queue has been unsuccessful:"));
        gluster.does("heal", "echo 'Launching heal operation on volume queue has been successful'");
        assertThat(kindsAfter(volume, INTERVAL)).containsExactly(Kind.HEALING);
        assertThat(kindsAfter(volume, INTERVAL)).containsExactly(Kind.HEALING);

        assertThat(gluster.asked())
                .filteredOn(HEALED::equals)
                .as("orders to heal")
                .hasSize(2);
    }

    @Test
    void leavesHealingAloneWhenNoBrickWasDown() throws Exception {
        gluster.says("summary", pending(9));

        assertThat(kinds(opened())).containsExactly(Kind.HEALING);
        assertThat(gluster.asked()).doesNotContain(HEALED);
    }

    @Test
    void doesNotKnowHowTheCopiesStandWhenTheProgramIsMissing() throws Exception {
        Files.delete(folder.resolve("program/gluster"));

        assertThat(opened().look().troubles())
                .singleElement()
                .satisfies(trouble ->
                        assertThat(trouble.text()).startsWith("how the copies stand is not known: Cannot run program"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo Connection failed. Please check; exit 1 | gluster volume info queue said: Connection failed. Please check",
                "exit 1 | gluster volume info queue said: nothing",
                "echo '<?xml version=\"1.0\"?><cliOutput>' | gluster volume info queue said what is no XML: ",
                "echo '<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>' | gluster volume info queue said what is no XML: DOCTYPE",
                "echo '<?xml version=\"1.0\"?><a><opRet>0</opRet></a>' | gluster volume info says nothing of queue",
                "echo '<?xml version=\"1.0\"?><a><opRet>-1</opRet></a>' | gluster volume info queue failed: opRet -1",
                "head -c 3000000 /dev/zero | gluster volume info queue said: ",
            })
    void takesNonsenseForNoAnswer(String program, String why) throws Exception {
        gluster.does("info", program);
        var sight = opened().look();

        assertThat(sight.copies()).isEmpty();
        assertThat(sight.troubles()).singleElement().satisfies(trouble -> {
            assertThat(trouble.kind()).isEqualTo(Kind.COPIES_UNKNOWN);
            assertThat(trouble.text()).startsWith("how the copies stand is not known: " + why);
        });
    }

    @Test
    void readsAFailureBesideTheExitStatusOfASuccess() throws Exception {
        gluster.says("info", ScriptedGluster.recorded("failed"));

        assertThat(opened().look().troubles())
                .containsExactly(Trouble.of(
                        Kind.COPIES_UNKNOWN,
                        "how the copies stand is not known: gluster volume info queue failed: Volume does not exist"));
    }

    @Test
    void doesNotWaitForAProgramThatTakesTooLong() throws Exception {
        gluster.does("info", "sleep 600");
        var place = new Place(directory, "a", folder.resolve("a.id"), LocalVolume.Mounting.ANY);
        var volume = volume(place, Duration.ofMillis(200));
        volume.open();

        assertThat(volume.look().troubles())
                .containsExactly(Trouble.of(
                        Kind.COPIES_UNKNOWN,
                        "how the copies stand is not known: gluster volume info queue took longer than 0 s"));
    }

    @Test
    void saysThatNobodyHasSaidHowTheCopiesStandForLong() throws Exception {
        var never = new GlusterVolume(
                new LocalVolume(
                        GlusterVolume.mounted(
                                new Place(directory, "a", folder.resolve("a.id"), LocalVolume.Mounting.ANY)),
                        FORCE_INTERVAL,
                        nanos::get,
                        table::get),
                new GlusterWatch(gluster.settings(PATIENCE), _ -> {}, nanos::get));
        never.open();

        assertThat(kindsAfter(never, INTERVAL.multipliedBy(2))).isEmpty();
        assertThat(lookAfter(never, Duration.ofNanos(1)).troubles())
                .containsExactly(Trouble.of(Kind.COPIES_UNKNOWN, "gluster has not said for 90 s how the copies stand"));
    }

    @ParameterizedTest
    @CsvSource({
        "zone-a:/queue, queue",
        "zone-a:queue, queue",
        "zone-a:/queue/folder, queue",
        "[fd00::1]:/queue, queue",
        "/dev/sda1,",
        "tmpfs,",
        "zone-a:/,",
    })
    void findsItsNameInTheMount(String source, String name) {
        assertThat(GlusterVolume.name(source)).isEqualTo(Optional.ofNullable(name));
    }

    private static String pending(int files) {
        return ScriptedGluster.recorded("summary")
                .replace("<numberOfEntriesInHealPending>0<", "<numberOfEntriesInHealPending>" + files + "<");
    }

    private Sight lookAfter(Volume volume, Duration time) {
        nanos.addAndGet(time.toNanos());
        return volume.look();
    }

    private List<Kind> kindsAfter(Volume volume, Duration time) {
        return lookAfter(volume, time).troubles().stream().map(Trouble::kind).toList();
    }
}
