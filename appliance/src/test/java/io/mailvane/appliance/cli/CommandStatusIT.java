package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailvane.appliance.node.Node;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How each command ends, and that what it prints as JSON is the answer of REST. */
class CommandStatusIT {
    @TempDir
    static Path folder;

    private static Node node;
    private static String smtp;
    private static String url;
    private static String kept;

    private record Ended(int status, String output, String errors) {}

    @BeforeAll
    static void start() throws Exception {
        node = Node.start(Files.writeString(folder.resolve("node.toml"), ProgramIT.KEEPING));
        var ready = node.readyLine().split("[ =]");
        smtp = ready[4];
        url = "http://" + ready[6];
        kept = run("send --to SMTP me@example.org you@shop.example other@shop.example")
                .output()
                .strip()
                .replaceAll("(?s).* ", "");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Ended run(String line) {
        var output = new ByteArrayOutputStream();
        var errors = new ByteArrayOutputStream();
        int status =
                Program.run(Terminal.of(output, errors, Map.of()), filled(line).split(" "));
        return new Ended(status, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    }

    private static String filled(String line) {
        return line.replace("QID", kept == null ? "" : kept)
                .replace("SMTP", smtp)
                .replace("URL", url)
                .replace("NODE", folder.resolve("node.toml").toString());
    }

    static Stream<String> commands() {
        var program = Program.commands(
                Terminal.of(new ByteArrayOutputStream(), new ByteArrayOutputStream(), Map.of()), "--help");
        return Stream.concat(Stream.of(""), Commands.all(program).stream());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void explainsItself(String command) {
        var help = run((command + " --help").strip());

        assertThat(help.status()).isZero();
        assertThat(help.output()).startsWith(("Usage: mailvane " + command).strip());
        assertThat(help.errors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0  | check --config NODE
        0  | queue counts --url URL
        0  | queue list --config NODE
        0  | queue show QID --url URL
        0  | node status --config NODE
        0  | route explain me@example.org you@shop.example --url URL
        0  | send --to SMTP me@example.org you@shop.example
        1  | send --to SMTP me@example.org you@elsewhere.example
        1  | queue show 0000000000000000 --url URL
        1  | queue show nonsense --url URL
        1  | queue hold QID --url URL
        1  | queue hold 0000000000000000 --config NODE
        1  | queue export 0000000000000000 --config NODE
        2  | nonsense
        2  | queue
        2  | queue nonsense
        2  | queue show
        2  | queue hold --config NODE
        2  | queue list --limit many --url URL
        2  | queue list --limit 0 --url URL
        2  | queue list --state nonsense --url URL
        2  | queue list --sender nonsense --url URL
        2  | queue hold --domain not/a/domain --config NODE
        2  | route explain me@example.org you@shop.example --class nonsense --url URL
        2  | route explain me@example.org nonsense --url URL
        2  | dnsbl history --kind nonsense --url URL
        2  | run
        2  | check
        2  | send --to SMTP
        2  | send --to SMTP not/a\\mailbox@ you@shop.example
        2  | send --to SMTP me@example.org you@shop.example --file absent.eml
        3  | queue counts --url http://127.0.0.1:9
        3  | node status --url http://127.0.0.1:9
        3  | send --to 127.0.0.1:9 me@example.org you@shop.example
        78 | check --config absent.toml
        78 | run --config absent.toml
        78 | queue counts --config absent.toml
        """)
    void endsWithTheStatusOfTheContract(int status, String line) {
        var ended = run(line);

        assertThat(ended.status()).as(ended.errors()).isEqualTo(status);
        if (status == 0) {
            assertThat(ended.output()).isNotEmpty();
        } else {
            assertThat(ended.output() + ended.errors()).isNotEmpty().doesNotContain("\tat ", "  at io.mailvane");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        queue list --state active                            | /api/v1/queue?state=active
        queue list --recipient other@shop.example --limit 1  | /api/v1/queue?recipient=other@shop.example&limit=1
        queue show QID                                       | /api/v1/queue/QID
        route explain me@example.org you@shop.example        | /api/v1/route/explain?from=me@example.org&to=you@shop.example
        node status                                          | /api/v1/node
        """)
    void printsTheAnswerOfRestAsJson(String command, String path) throws Exception {
        var printed = json(run(command + " --json --url URL").output());

        assertThat(still(printed)).isEqualTo(still(answer(filled(path))));
    }

    private static JsonNode answer(String path) throws Exception {
        try (var answer = URI.create(url + path).toURL().openStream()) {
            return new ObjectMapper().readTree(answer);
        }
    }

    /** Without what another moment has otherwise: how long a lease holds, what is free on the volume. */
    private static JsonNode still(JsonNode answer) {
        for (var moving : List.of("lease", "freeOctets", "freeInodes", "forceSeconds")) {
            answer.findParents(moving).forEach(parent -> ((ObjectNode) parent).remove(moving));
        }
        return answer;
    }

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) new ObjectMapper().readTree(text);
    }
}
