package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes, in whatever pieces: replies and an end, no fault of ours, and nothing malformed in the queue. */
class FuzzIT {
    private static final int DIALOGUES = 300;
    private static final Pattern REPLIES = Pattern.compile("(?:[2-5]\\d\\d[ -][ -~]*\r\n)*");
    private static final List<String> PHRASES = List.of(
            "EHLO client.example\r\n",
            "HELO client.example\r\n",
            "MAIL FROM:<me@example.org>",
            "MAIL FROM:<>\r\n",
            " SIZE=100 BODY=8BITMIME",
            " SMTPUTF8",
            " ENVID=a+2Bb RET=FULL\r\n",
            "RCPT TO:<you@shop.example>\r\n",
            "RCPT TO:<\"a\\\"b\"@[IPv6:::1]> NOTIFY=NEVER\r\n",
            "RCPT TO:<müller@shop.example>\r\n",
            "DATA\r\n",
            "Subject: x\r\n\r\nbody\r\n",
            ".\r\n",
            "\r\n.\r\n",
            "\n.\n",
            "\r.\r",
            "BDAT 12\r\nSubject: x\r\n",
            "BDAT 0 LAST\r\n",
            "BDAT 3 LAST\r\na\nb",
            "BDAT 99999999999\r\n",
            "RSET\r\n",
            "NOOP\r\n",
            "VRFY x\r\n",
            "EXPN x\r\n",
            "HELP\r\n",
            "STARTTLS\r\n",
            "\0",
            "\r",
            "\n",
            "\u00e4\ud83d\ude00");

    @TempDir
    Path directory;

    private ServerKit kit;

    @BeforeEach
    void start() throws IOException {
        kit = new ServerKit(directory, Limits.DEFAULT, Optional.empty());
    }

    @AfterEach
    void stop() throws IOException {
        kit.close();
    }

    @Test
    void answersOrEndsWhateverComes() throws Exception {
        for (int seed = 0; seed < DIALOGUES; seed++) {
            var said = dialogue(new Random(seed));
            assertThat(answersTo(said, seed))
                    .as("seed %d", seed)
                    .matches(REPLIES)
                    .doesNotContain("Trouble here");
        }
        requireOnlyWellFormedContent();
        assertThat(kit.server.drain(Duration.ofSeconds(30))).isTrue();
    }

    private static byte[] dialogue(Random random) {
        var said = new ByteArrayOutputStream();
        for (int i = random.nextInt(40); i >= 0; i--) {
            if (random.nextInt(8) == 0) {
                var noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                said.writeBytes(noise);
            } else {
                say(said, PHRASES.get(random.nextInt(PHRASES.size())));
            }
        }
        return mutated(said.toByteArray(), random);
    }

    private static void say(ByteArrayOutputStream said, String phrase) {
        said.writeBytes(phrase.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] mutated(byte[] octets, Random random) {
        for (int i = random.nextInt(4); i > 0 && octets.length > 0; i--) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
        }
        return octets;
    }

    /** The server may end a session before all was sent: what it has answered until then counts. */
    private String answersTo(byte[] said, int seed) throws IOException {
        var answers = new ByteArrayOutputStream();
        try (var talk = kit.connect()) {
            try {
                open(talk, seed);
                sendInPieces(talk, said, new Random(seed));
                talk.socket().getInputStream().transferTo(answers);
            } catch (SocketException e) {
                assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
            }
        }
        return answers.toString(StandardCharsets.ISO_8859_1);
    }

    /** As a client does that waits where it must: who does not comes no further. */
    private static void open(Talk talk, int seed) throws IOException {
        switch (seed % 4) {
            case 0 -> {}
            case 1 -> talk.greet();
            case 2 -> talk.greet().envelope();
            default -> talk.greet().envelope().ask("DATA");
        }
    }

    private static void sendInPieces(Talk talk, byte[] said, Random random) throws IOException {
        var out = talk.socket().getOutputStream();
        int at = 0;
        while (at < said.length) {
            int length = Math.min(said.length - at, 1 + random.nextInt(300));
            out.write(said, at, length);
            at += length;
        }
        talk.socket().shutdownOutput();
    }

    private void requireOnlyWellFormedContent() throws Exception {
        int kept = 0;
        for (var due = kit.take(); due.isPresent(); due = kit.take()) {
            kept++;
            assertThat(kit.contentBehindTrace(due.get().id()))
                    .doesNotContain("\0")
                    .doesNotContainPattern("(?<!\r)\n")
                    .doesNotContainPattern("\r(?!\n)");
        }
        assertThat(kept).isEqualTo((int) kit.server.stats().accepted()).isPositive();
    }
}
