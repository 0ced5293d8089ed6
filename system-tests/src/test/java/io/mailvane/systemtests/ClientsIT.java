package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clients hand mail to either of two nodes, and its octets arrive. */
class ClientsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int LOAD = 300;
    private static final String MESSAGE = "From: <me@example.org>\nTo: <you@shop.example>\nSubject: odd\n"
            + "Content-Type: text/plain; charset=iso-8859-1\nX-Long: " + "x".repeat(900) + "\n\n"
            + ".a leading dot\n..two\n\tumlaut \u00e4 in latin-1\n\n.\n last line\n";

    private static final Map<String, String> COMMANDS = Map.of(
            "swaks", "swaks --silent 2 --server 127.0.0.1:PORT --from me@example.org --to TO --data @FILE",
            "msmtp", "msmtp --host=127.0.0.1 --port=PORT --from=me@example.org --auth=off --tls=off TO < FILE",
            "curl", """
                sed 's/$/\\r/' FILE > FILE.crlf && curl -sS --url smtp://127.0.0.1:PORT --mail-from me@example.org \
                --mail-rcpt TO -T FILE.crlf""",
            "python3", """
                python3 -c 'import smtplib
                s = smtplib.SMTP("127.0.0.1", PORT)
                s.sendmail("me@example.org", ["TO"], open("FILE", "rb").read().replace(b"\\n", b"\\r\\n"))
                s.quit()'""");

    @TempDir
    static Path directory;

    private static final Map<String, NodeProcess> NODES = new java.util.TreeMap<>();

    @BeforeAll
    static void startBothZones() throws Exception {
        for (var zone : new String[] {"a", "b"}) {
            NodeFile.writeZone(zone, directory.resolve(zone), NodeFile.toMaildir("shop.example"));
            NODES.put(zone, NodeProcess.start(directory.resolve(zone)));
        }
    }

    @AfterAll
    static void stop() {
        NODES.values().forEach(NodeProcess::close);
        NODES.clear();
    }

    private static NodeProcess node(String zone) {
        return Objects.requireNonNull(NODES.get(zone));
    }

    static Stream<Arguments> clientsAndZones() {
        return COMMANDS.keySet().stream()
                .sorted()
                .flatMap(client -> Stream.of("a", "b").map(zone -> Arguments.of(client, zone)));
    }

    @ParameterizedTest
    @MethodSource("clientsAndZones")
    void takesMailOfRealClientsAndKeepsItsOctets(String client, String zone) throws Exception {
        Programs.need(client);
        var file = Files.write(directory.resolve(client), MESSAGE.getBytes(StandardCharsets.ISO_8859_1));
        var port = Integer.toString(node(zone).smtpPort());

        Programs.shell(
                directory,
                Objects.requireNonNull(COMMANDS.get(client))
                        .replace("PORT", port)
                        .replace("TO", client + "@shop.example")
                        .replace("FILE", file.toString()));

        var arrived = Maildir.of(directory.resolve(zone), "shop.example", client);
        await().atMost(DEADLINE).until(() -> arrived.messages().size() == 1);
        assertThat(arrived.messages().getFirst())
                .startsWith("Return-Path: <me@example.org>\nReceived: from ")
                .contains("\tby mx-" + zone + ".example with ESMTP id ")
                // swaks ends what it sends with a line of its own.
                .endsWith(client.equals("swaks") ? MESSAGE + "\n" : MESSAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void takesALoadOfSmtpSourceWithoutLoss(String zone) throws Exception {
        Programs.need("smtp-source");

        Programs.shell(
                directory,
                "smtp-source -4 -d -s 20 -l 4096 -m %d -f me@example.org -t load@shop.example 127.0.0.1:%d"
                        .formatted(LOAD, node(zone).smtpPort()));

        var arrived = Maildir.of(directory.resolve(zone), "shop.example", "load");
        await().atMost(DEADLINE).until(() -> node(zone).queued() == 0);
        assertThat(arrived.messages().stream().map(ClientsIT::body).distinct())
                .singleElement()
                .satisfies(body -> assertThat(body).hasSizeGreaterThan(4000).matches("[\\dX\\n]+"));
        assertThat(arrived.messages()).hasSize(LOAD);
    }

    private static String body(String message) {
        return message.substring(message.indexOf("\n\n") + 2);
    }
}
