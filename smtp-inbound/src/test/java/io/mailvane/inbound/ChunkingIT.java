package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkingIT {
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

    @Test
    void takesAMessageOfOneEmptyLastChunk() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            assertThat(talk.send("BDAT 6\r\na: b\r\n").reply()).isEqualTo("250 2.0.0 6 octets received");
            assertThat(talk.send("BDAT 0\r\n").reply()).isEqualTo("250 2.0.0 0 octets received");
            assertThat(talk.send("BDAT 0 LAST\r\n").reply()).startsWith("250 2.0.0 Ok: queued as ");
            assertThat(kit.contentBehindTrace(kit.take().orElseThrow().id())).isEqualTo("a: b\r\n");
        }
    }

    @Test
    void takesPipelinedChunksWithTheEndOfALineBetweenThem() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.send("BDAT 5\r\na: b\rbdat 3 last\r\n\n\r\nNOOP\r\n");
            assertThat(talk.reply()).isEqualTo("250 2.0.0 5 octets received");
            assertThat(talk.reply()).startsWith("250 2.0.0 Ok: queued as ");
            assertThat(talk.reply()).startsWith("250");
            assertThat(kit.contentBehindTrace(kit.take().orElseThrow().id())).isEqualTo("a: b\r\n\r\n");
        }
    }

    @Test
    void takesDotsForContent() throws Exception {
        var content = "a: b\r\n\r\n..x\r\n.\r\n.y\r\n";
        try (var talk = kit.connect().greet().envelope()) {
            assertThat(talk.send("BDAT " + content.length() + " LAST\r\n" + content)
                            .reply())
                    .startsWith("250");
            assertThat(kit.contentBehindTrace(kit.take().orElseThrow().id())).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DATA\r\n",
                "MAIL FROM:<me@example.org>\r\n",
                "RCPT TO:<other@shop.example>\r\n",
            })
    void takesNothingButChunksBehindAChunk(String command) throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.send("BDAT 6\r\na: b\r\n").reply();
            assertThat(talk.send(command).reply()).startsWith("503 5.5.1");
            assertThat(talk.send("BDAT 2 LAST\r\n\r\n").reply()).startsWith("250 2.0.0 Ok: queued as ");
            assertThat(kit.take().orElseThrow().envelope().recipients()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSET\r\n", "EHLO client.example\r\n", "HELO client.example\r\n"})
    void forgetsItsChunksWithTheTransaction(String command) throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.send("BDAT 6\r\na: b\r\n").reply();
            assertThat(talk.send(command).reply()).startsWith("250");
            assertThat(talk.send("BDAT 0 LAST\r\n").reply()).startsWith("503 5.5.1");
            assertThat(kit.queue.counts().total()).isZero();
            assertThat(talk.envelope().send("BDAT 2 LAST\r\n\r\n").reply()).startsWith("250");
            assertThat(kit.contentBehindTrace(kit.take().orElseThrow().id())).isEqualTo("\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "BDAT",
                "BDAT LAST",
                "BDAT -1",
                "BDAT +1",
                "BDAT 0x10",
                "BDAT 1.5",
                "BDAT ٣",
                "BDAT 1 2",
                "BDAT 5 FIRST",
                "BDAT 5LAST",
                "BDAT 5 LAST LAST",
                "BDAT 9999999999999999999 LAST",
            })
    void refusesASizeThatIsNoneAndTakesNoCommandBehindIt(String command) throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.send(command + "\r\nRSET\r\nMAIL FROM:<smuggled@example.org>\r\n");
            assertThat(talk.reply()).isEqualTo("501 5.5.4 Syntax: BDAT size [LAST]");
            assertThat(talk.reply()).isEmpty();
        }
    }

    /** What follows it cannot be told from commands any more. */
    @Test
    void closesBehindAChunkThatIsTooLargeToBeRead() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            assertThat(talk.ask("BDAT 999999999999999999 LAST")).startsWith("552 5.3.4");
            assertThat(talk.reply()).isEmpty();
        }
    }

    @Test
    void answersEachPipelinedChunkOfARefusedMessageAndTakesNoneForCommands() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.send("BDAT 5\r\na\nb\r\nBDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nRSET\r\nNOOP\r\n");
            assertThat(talk.reply()).startsWith("550 5.6.0");
            assertThat(talk.reply()).startsWith("503 5.5.1");
            assertThat(talk.reply()).startsWith("503 5.5.1");
            assertThat(talk.reply()).startsWith("250");
            assertThat(kit.queue.counts().total()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a: b\r\n\r\nhal"})
    void keepsNothingOfAChunkThatDoesNotComeWhole(String part) throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.send("BDAT 6\r\na: b\r\n").reply();
            talk.send("BDAT 100 LAST\r\n" + part);
            talk.socket().shutdownOutput();
            assertThat(talk.reply()).isEmpty();
            assertThat(kit.queue.counts().total()).isZero();
        }
    }
}
