package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmugglingIT {
    private static final String SECOND =
            "MAIL FROM:<evil@example.org>\r\nRCPT TO:<victim@shop.example>\r\nDATA\r\nhidden\r\n";

    @TempDir
    Path directory;

    private ServerKit kit;

    @BeforeEach
    void start() throws IOException {
        kit = new ServerKit(directory);
    }

    @AfterEach
    void stop() throws IOException {
        kit.close();
    }

    private static void envelope(Talk talk) throws IOException {
        talk.ask("MAIL FROM:<me@example.org>");
        talk.ask("RCPT TO:<you@shop.example>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n.\n",
                "\n.\r\n",
                "\r.\r",
                "\r.\n",
                "\r\n.\n",
                "\r\n.\r",
                "\n.\r",
                "\r.\r\n",
                "\r\n\0.\r\n",
                "\r\n.\0\r\n",
                "\r\n.\r\0\n",
                "\r\n.\r\r\n",
                "\0",
                "a\nb",
                "a\rb",
                "\n",
                "\r\r\n"
            })
    void refusesNearlyTheEndOfDataAndKeepsNothing(String nearly) throws Exception {
        try (var talk = kit.connect().greet()) {
            envelope(talk);
            talk.ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\nfirst" + nearly + SECOND + ".")).startsWith("550 5.6.0");
            assertThat(kit.queue.counts().total()).isZero();
            assertThat(talk.ask("NOOP")).startsWith("250");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb\r\n", "a\rb\r\n", "a\0b\r\n", "a\r"})
    void refusesTheSameInChunks(String content) throws Exception {
        try (var talk = kit.connect().greet()) {
            envelope(talk);
            assertThat(talk.send("BDAT " + content.length() + " LAST\r\n" + content)
                            .reply())
                    .startsWith("550 5.6.0");
            assertThat(kit.queue.counts().total()).isZero();
        }
    }

    @Test
    void doesNotTakeAChunksOctetsForCommands() throws Exception {
        try (var talk = kit.connect().greet()) {
            assertThat(talk.send("BDAT " + SECOND.length() + " LAST\r\n" + SECOND)
                            .reply())
                    .startsWith("503");
            assertThat(talk.ask("NOOP")).startsWith("250");
            assertThat(kit.queue.counts().total()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOOP\nNOOP\r\n",
                "NOOP\r\r\n",
                "NO\0OP\r\n",
                "MAIL FROM:<a@b.example>\rRCPT TO:<x@shop.example>\r\n"
            })
    void refusesACommandThatHidesALineEnd(String line) throws Exception {
        try (var talk = kit.connect().greet()) {
            assertThat(talk.send(line).reply()).startsWith("500 5.5.2");
            assertThat(talk.ask("NOOP")).startsWith("250");
        }
    }
}
