package io.mailvane.appliance.cli;

import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.node.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code rehearse}, which the launcher runs after a build: the first sample node in a folder, with no neighbour and at
 * ports of its own, does once what people do with it.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description =
                "Starts a node in DIR, sends a message through it and stops it: so the JVM learns what to keep at hand.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Where it keeps its data")
    private Path directory = Path.of("");

    RehearseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, ConfigurationException {
        LibraryLogs.join();
        var file = Samples.write(directory, Samples.NAMES.getFirst(), RehearseCommand::alone);
        try (var node = Node.start(file)) {
            var smtp = node.readyLine().replaceAll(".* smtp=(\\S+) .*", "$1");
            var config = file.toString();
            var status = Program.run(terminal, "send", "--to", smtp, "a@shop.example", "b@shop.example");
            Program.run(terminal, "queue", "list", "--config", config);
            Program.run(terminal, "route", "explain", "a@shop.example", "b@elsewhere.example", "--config", config);
            Program.run(terminal, "dnsbl", "status", "--config", config);
            return status;
        }
    }

    /** The sample at free ports, without workers, and nobody where it expects others: port 9 is for discarding. */
    private static String alone(String sample) {
        return sample.replaceAll("(?m)^(address = \"127\\.0\\.0\\.1):\\d+", "$1:0")
                .replaceAll("(?m)^engines = .*", "engines = []")
                .replaceAll("127\\.0\\.0\\.1:[1-9]\\d*", "127.0.0.1:9");
    }
}
