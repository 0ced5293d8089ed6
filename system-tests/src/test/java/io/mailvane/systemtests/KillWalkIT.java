package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The README's walk "Kill a node, and lose nothing", line by line. Its ports are fixed: where one is taken, it is skipped by its name. */
@ResourceLock(SamplePair.LOCK)
class KillWalkIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final String DEFERRED = "./mailvane queue list --config var/zone-b.toml --state deferred";
    private static final String ZONE_B = "http://127.0.0.1:8026";

    @TempDir
    Path directory;

    /** What it has one type, without what it says of that. */
    private static List<String> lines() throws IOException {
        var section = Files.readString(Path.of("../README.md"))
                .replaceFirst("(?s).*\n## Kill a node, and lose nothing\n", "")
                .replaceFirst("(?s)\n## .*", "");
        return section.lines()
                .filter(line -> line.startsWith("./mailvane ") || line.startsWith("kill "))
                .map(line -> line.replaceFirst(" +#.*", ""))
                .toList();
    }

    @Test
    void anotherNodeGoesOnWithTheMailOfOneThatIsKilled() throws Exception {
        var lines = lines();
        assertThat(lines).hasSize(9);
        var installed = Installation.in(directory.resolve("installed"));
        var delivered = new Maildir(installed.home().resolve("var/sandbox/mx/elsewhere.example/you/new"));
        try (var pair = SamplePair.start(installed)) {
            for (var line : lines.subList(0, 3)) {
                Programs.output(installed.home(), line);
            }
            Programs.output(installed.home(), lines.get(3));
            await().atMost(DEADLINE).until(() -> partitions(pair).equals(List.of("zone-b", "zone-a")));

            assertThat(Programs.output(installed.home(), lines.get(4)))
                    .containsPattern("partition zone-a, epoch 2, .* adopted from zone-a at .*: 1 message,");
            // It is scanned there, and tried once in vain, before anybody has typed the next line.
            await().atMost(DEADLINE)
                    .until(() -> Programs.output(installed.home(), DEFERRED).contains("you@elsewhere.example"));
            Programs.output(installed.home(), lines.get(5));
            Programs.output(installed.home(), lines.get(6));
            await().atMost(DEADLINE).until(() -> delivered.messages().size() == 1);
            await().atMost(DEADLINE)
                    .until(() -> Programs.output(installed.home(), lines.get(7)).contains("you@elsewhere.example"));

            comeBack(installed, pair, lines.get(8).substring("./mailvane ".length()));
        }
    }

    private static void comeBack(Installation installed, SamplePair pair, String command) throws IOException {
        var again = installed.start("again", Map.of(), command.split(" ", -1));
        try {
            await().atMost(DEADLINE).until(() -> installed.output("again").startsWith("READY node=zone-a "));
            await().atMost(DEADLINE)
                    .until(() -> pair.json("http://127.0.0.1:8025/api/v1/node")
                                    .path("epoch")
                                    .asInt()
                            > 2);
        } finally {
            again.destroy();
            again.onExit().join();
        }
    }

    private static List<String> partitions(SamplePair pair) throws IOException, InterruptedException {
        return StreamSupport.stream(
                        pair.json(ZONE_B + "/api/v1/node").path("partitions").spliterator(), false)
                .map(each -> each.path("directory").asText())
                .toList();
    }
}
