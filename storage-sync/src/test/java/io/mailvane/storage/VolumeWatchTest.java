package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mailvane.storage.Trouble.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** By a clock and threads of the test's own: what is begun and not run is a volume that hangs. */
class VolumeWatchTest {
    private static final VolumeSettings SETTINGS = VolumeSettings.DEFAULT;
    private static final Sight FINE = sight(Optional.of(new Space(1L << 40, 1L << 41, 1 << 20, 1 << 21)));

    private final AtomicLong nanos = new AtomicLong(-5);
    private final Deque<Runnable> hanging = new ArrayDeque<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(VolumeWatch.class);
    private final Scripted volume = new Scripted();
    private boolean hangs;

    private final Executor threads = look -> {
        if (hangs) {
            hanging.add(look);
        } else {
            look.run();
        }
    };

    /** Shows what the test says. */
    private static final class Scripted implements Volume {
        private Sight sight = FINE;
        private Optional<IOException> refusal = Optional.empty();
        private boolean faulty;
        private boolean jammed;
        private int madeRoom;
        private Space room = FINE.space().orElseThrow();
        private Runnable during = () -> {};

        @Override
        public void open() throws IOException {
            if (refusal.isPresent()) {
                throw refusal.get();
            }
        }

        @Override
        public void require() {
            // It is always there.
        }

        @Override
        public Space space() throws IOException {
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            return room;
        }

        @Override
        public void makeRoom() throws IOException {
            madeRoom++;
            if (jammed) {
                throw new IOException("no room to make room");
            }
        }

        @Override
        public Sight look() {
            during.run();
            if (faulty) {
                throw new IllegalStateException("a fault");
            }
            return sight;
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void forget() {
        logger.detachAppender(log);
    }

    @Test
    void knowsTheVolumeWhenItIsOpened() throws Exception {
        assertThat(open().status().state()).isEqualTo(VolumeState.HEALTHY);
        assertThat(lines()).isEmpty();
    }

    @Test
    void doesNotOpenWhatTheVolumeRefuses() {
        volume.refusal = Optional.of(new IOException("not mounted"));

        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessage("the volume: not mounted");
    }

    @Test
    void doesNotWaitLongerForAnOpeningThanTheDeadline() {
        hangs = true;
        var impatient = new VolumeSettings(
                1, 1, 0, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(1), Duration.ofSeconds(1));

        assertThatThrownBy(() -> VolumeWatch.open(volume, impatient, threads, nanos::get))
                .isInstanceOf(IOException.class)
                .hasMessage("the volume did not answer for 0 s");
    }

    @Test
    void saysThatAVolumeHangsAndThatItAnswersAgain() throws Exception {
        var watch = open();
        hangs = true;
        for (int i = 0; i < 6; i++) {
            pass(SETTINGS.interval());
            watch.look();
            assertThat(watch.status().state()).isEqualTo(VolumeState.HEALTHY);
        }
        pass(Duration.ofNanos(1));

        assertThat(watch.status().closedReason()).contains("the volume is hung: it has not answered for 10 s");
        watch.look();
        pass(SETTINGS.interval());
        watch.look();
        assertThat(hanging).as("looks that were begun").hasSize(1);

        hanging.remove().run();
        assertThat(watch.status().state()).isEqualTo(VolumeState.HEALTHY);
        assertThat(lines())
                .containsExactly(
                        "ERROR event=alarm what=volume state=hung reason=\"it has not answered for 10 s\"",
                        "INFO event=alarm what=volume state=healthy reason=-");
    }

    /** A start may take its time, and so may whoever calls. */
    @Test
    void takesItForNoFaultOfTheVolumeThatNobodyLooked() throws Exception {
        var watch = open();
        pass(Duration.ofHours(1));

        assertThat(watch.status().state()).isEqualTo(VolumeState.HEALTHY);
        watch.look();

        assertThat(watch.status().state()).isEqualTo(VolumeState.HEALTHY);
        assertThat(lines()).isEmpty();
    }

    @Test
    void saysOnceWhatChangedAndNothingOfFigures() throws Exception {
        var watch = open();
        see(watch, low(100));
        see(watch, low(90));
        see(watch, Sight.of(new Trouble(Kind.COPY_DOWN, "b", "brick b is down")));
        see(watch, Sight.of(new Trouble(Kind.COPY_DOWN, "c", "brick c is down")));
        see(watch, FINE);

        assertThat(lines())
                .containsExactly(
                        "ERROR event=alarm what=volume state=low"
                                + " reason=\"100 KiB are free; mail is taken again from 768 MiB on\"",
                        "WARN event=alarm what=volume state=degraded reason=\"brick b is down\"",
                        "WARN event=alarm what=volume state=degraded reason=\"brick c is down\"",
                        "INFO event=alarm what=volume state=healthy reason=-");
    }

    @Test
    void looksAgainAfterAFaultOfOurs() throws Exception {
        var watch = open();
        volume.faulty = true;
        watch.look();
        volume.faulty = false;
        see(watch, low(1));

        assertThat(watch.status().state()).isEqualTo(VolumeState.LOW);
        assertThat(lines()).first().isEqualTo("ERROR event=alarm what=volume-fault");
    }

    @Test
    void takesAVolumeThatCannotBeLookedAtForLongForOneThatHangs() throws Exception {
        var watch = open();
        volume.faulty = true;
        for (int i = 0; i < 6; i++) {
            watch.look();
            pass(SETTINGS.interval());
        }

        assertThat(watch.status().closedReason()).contains("the volume is hung: it has not answered for 12 s");
    }

    @Test
    void isLowFromTheWriteThatFailedForWantOfRoomUntilALookFindsEnough() throws Exception {
        var watch = open();
        volume.room = room(0);
        watch.writeFailed();

        assertThat(watch.status().closedReason())
                .contains("the volume is low: 0 KiB are free; mail is taken again from 768 MiB on");
        see(watch, low(600 << 10));
        assertThat(watch.status().state()).as("between low and enough").isEqualTo(VolumeState.LOW);
        see(watch, FINE);
        assertThat(lines())
                .containsExactly(
                        "ERROR event=alarm what=volume state=low"
                                + " reason=\"0 KiB are free; mail is taken again from 768 MiB on\"",
                        "INFO event=alarm what=volume state=healthy reason=-");
    }

    /** Who made it low writes once more what must be written. */
    @Test
    void hasRoomMadeBeforeTheWriterOfAWriteThatFailedHears() throws Exception {
        var watch = open();
        watch.look();
        assertThat(volume.madeRoom).isZero();
        watch.writeFailed();
        assertThat(volume.madeRoom).isEqualTo(1);
    }

    @Test
    void isLowAlsoWhereNoRoomCanBeMade() throws Exception {
        var watch = open();
        volume.room = room(0);
        volume.jammed = true;
        watch.writeFailed();

        assertThat(watch.status().state()).isEqualTo(VolumeState.LOW);
    }

    @Test
    void isNotLowForAWriteThatFailedForAnythingElseThanWantOfRoom() throws Exception {
        var watch = open();
        watch.writeFailed();
        volume.refusal = Optional.of(new IOException("gone"));
        watch.writeFailed();

        assertThat(watch.status().state()).isEqualTo(VolumeState.HEALTHY);
        assertThat(lines()).isEmpty();
    }

    @Test
    void forgetsALookThatBeganBeforeTheWriteThatFailed() throws Exception {
        var watch = open();
        volume.room = room(0);
        volume.during = watch::writeFailed;
        watch.look();
        volume.during = () -> {};

        assertThat(watch.status().state()).isEqualTo(VolumeState.LOW);
        see(watch, FINE);
        assertThat(watch.status().state()).isEqualTo(VolumeState.HEALTHY);
    }

    private VolumeWatch open() throws IOException {
        return VolumeWatch.open(volume, SETTINGS, threads, nanos::get);
    }

    private void see(VolumeWatch watch, Sight sight) {
        volume.sight = sight;
        pass(SETTINGS.interval());
        watch.look();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private List<String> lines() {
        return log.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    private static Sight low(long kibi) {
        return sight(Optional.of(room(kibi)));
    }

    private static Space room(long kibi) {
        return new Space(kibi << 10, 1L << 41, 1 << 20, 1 << 21);
    }

    private static Sight sight(Optional<Space> space) {
        return new Sight(List.of(), space, Optional.of(Duration.ofMillis(3)), Optional.empty());
    }
}
