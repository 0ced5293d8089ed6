package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.queue.FileSegmentStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told, and what is kept, when something goes wrong on either side. */
class TroubleIT {
    private static final String LARGE = "a: b\r\n\r\n" + ("x".repeat(998) + "\r\n").repeat(500);

    @TempDir
    Path directory;

    private FaultyStore store;
    private ServerKit kit;

    @BeforeEach
    void start() throws IOException {
        store = new FaultyStore(new FileSegmentStore(directory));
        kit = new ServerKit(store, Limits.DEFAULT, Optional.empty());
    }

    @AfterEach
    void stop() throws IOException {
        store.fault.set(FaultyStore.Fault.NONE);
        kit.close();
    }

    @ParameterizedTest
    @EnumSource(value = FaultyStore.Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void answersATemporaryFailureWhenAMessageCannotBeStored(FaultyStore.Fault fault) throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            store.fault.set(fault);
            talk.ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("451 4.3.0");
            assertThat(kit.queue.counts().total()).isZero();
            assertThat(kit.server.stats().deferred()).isEqualTo(1);
            assertThat(kit.server.stats().accepted()).isZero();
            store.fault.set(FaultyStore.Fault.NONE);
            await().until(() -> kit.queue.closedReason().isEmpty());
            talk.envelope().ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("250 2.0.0");
        }
    }

    @Test
    void readsTheRestOfAMessageWhoseMiddleCouldNotBeStored() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.ask("DATA");
            talk.send(LARGE);
            store.fault.set(FaultyStore.Fault.APPEND);
            assertThat(talk.ask(LARGE + ".")).startsWith("451 4.3.0");
            assertThat(talk.ask("NOOP")).startsWith("250");
            assertThat(kit.queue.counts().total()).isZero();
        }
    }

    @Test
    void saysAtTheChunkThatItCouldNotBeStored() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            store.fault.set(FaultyStore.Fault.APPEND);
            assertThat(talk.send("BDAT " + LARGE.length() + "\r\n" + LARGE).reply())
                    .startsWith("451 4.3.0");
            assertThat(talk.send("BDAT 2 LAST\r\n\r\n").reply()).startsWith("503 5.5.1");
            assertThat(kit.queue.counts().total()).isZero();
        }
    }

    /** A volume may be full between two looks at it. */
    @Test
    void saysOfContentThatCouldNotBeStoredThatNoMailIsTakenIfThatIsWhy() throws Exception {
        store.beforeFault.set(() -> kit.closedReason.set(Optional.of("the volume is low")));
        try (var data = kit.connect().greet().envelope();
                var chunk = kit.connect().greet().envelope()) {
            data.ask("DATA");
            store.fault.set(FaultyStore.Fault.APPEND);
            assertThat(chunk.send("BDAT " + LARGE.length() + "\r\n" + LARGE).reply())
                    .isEqualTo("452 4.3.1 No mail is taken just now, try again later");
            assertThat(data.ask("a: b\r\n\r\n.")).isEqualTo("452 4.3.1 No mail is taken just now, try again later");
            assertThat(kit.queue.counts().total()).isZero();
        }
    }

    @Test
    void tellsASessionThatAsksAgainWhileTheQueueIsClosedToGo() throws Exception {
        kit.closedReason.set(Optional.of("no space"));
        try (var talk = kit.connect().greet()) {
            assertThat(talk.ask("MAIL FROM:<me@example.org>"))
                    .startsWith("452 4.3.1")
                    .doesNotContain("space");
            assertThat(talk.ask("NOOP")).startsWith("250");
            assertThat(talk.ask("MAIL FROM:<me@example.org>"))
                    .startsWith("421 4.3.1")
                    .doesNotContain("space");
            assertThat(talk.reply()).isEmpty();
        }
    }

    @Test
    void takesNoContentOfAnEnvelopeThatBeganBeforeTheQueueClosed() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            kit.closedReason.set(Optional.of("no space"));
            assertThat(talk.ask("DATA")).isEqualTo("452 4.3.1 No mail is taken just now, try again later");
            kit.closedReason.set(Optional.empty());
            talk.envelope().ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("250 2.0.0");
            assertThat(kit.queue.counts().total()).isEqualTo(1);
        }
    }

    @Test
    void readsAndRefusesAChunkThatComesAfterTheQueueClosed() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            assertThat(talk.send("BDAT 6\r\na: b\r\n").reply()).startsWith("250 2.0.0");
            kit.closedReason.set(Optional.of("no space"));
            assertThat(talk.send("BDAT 6 LAST\r\nQUIT\r\n").reply()).startsWith("452 4.3.1");
            assertThat(talk.send("BDAT 2 LAST\r\n\r\n").reply()).startsWith("503 5.5.1");
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("421 4.3.1");
            assertThat(kit.queue.counts().total()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a: b\r\n\r\nhalf",
                "a: b\r\n\r\nline\r\n",
                "a: b\r\n\r\nline\r\n.",
                "a: b\r\n\r\nline\r\n.\r"
            })
    void keepsNothingOfContentThatDoesNotEnd(String content) throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.ask("DATA");
            talk.send(content);
            talk.socket().shutdownOutput();
            assertThat(talk.reply()).isEmpty();
            assertThat(kit.queue.counts().total()).isZero();
        }
    }

    @Test
    void keepsNothingWhenTheConnectionIsReset() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.ask("DATA");
            talk.send(LARGE);
            talk.socket().setSoLinger(true, 0);
        }
        await().until(() -> kit.server.stats().sessionsOpen() == 0);
        assertThat(kit.queue.counts().total()).isZero();
    }

    @Test
    void cutsOffWhatOutlivesTheDrain() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.ask("DATA");
            assertThat(kit.server.drain(Duration.ofMillis(50))).isFalse();
            assertThat(talk.reply()).isEmpty();
        }
        assertThat(kit.queue.counts().total()).isZero();
    }

    @Test
    void drainsAtOnceWhenNobodyIsThere() throws Exception {
        assertThat(kit.server.drain(Duration.ofMinutes(1))).isTrue();
    }
}
