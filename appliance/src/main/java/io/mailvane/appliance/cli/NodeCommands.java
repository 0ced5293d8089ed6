package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.appliance.node.Node;
import io.mailvane.queue.PartitionLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code run}, {@code check}, and the rehearsal that the launcher makes after a build. */
final class NodeCommands {
    private final Terminal terminal;

    NodeCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    int run(Path file) throws InterruptedException {
        try (var node = Node.start(file)) {
            Signals.on("TERM", node::drain);
            Signals.on("INT", node::drain);
            Signals.on("HUP", node::reload);
            terminal.out().println(node.readyLine());
            node.awaitStopped();
            return ExitStatus.DONE;
        } catch (ConfigurationException e) {
            return refuse(e);
        } catch (PartitionLock.HeldException e) {
            throw new CommandException(ExitStatus.REFUSED, Sentences.of(e));
        } catch (IOException e) {
            throw new CommandException(ExitStatus.REFUSED, "the node does not start: " + Sentences.of(e));
        }
    }

    int check(Path file, boolean json) {
        try {
            ConfigurationFile.read(file, Node.installedProviders());
            terminal.out().println(json ? problems(List.of()) : "ok");
            return ExitStatus.DONE;
        } catch (ConfigurationException e) {
            if (json) {
                terminal.out().println(problems(e.problems()));
                return ExitStatus.CONFIGURATION;
            }
            return refuse(e);
        }
    }

    /** As a refused reload names them. */
    private static JsonNode problems(List<String> all) {
        var answer = JsonNodeFactory.instance.objectNode();
        all.forEach(answer.putArray("problems")::add);
        return answer;
    }

    private int refuse(ConfigurationException e) {
        e.problems().forEach(terminal.err()::println);
        return ExitStatus.CONFIGURATION;
    }

    int rehearse(Path directory) throws IOException, ConfigurationException {
        Files.createDirectories(directory);
        var file = directory.resolve("node.toml");
        Files.writeString(file, """
                [node]
                name = "rehearsal"
                hostname = "rehearsal.invalid"
                data = "data"
                [[listener]]
                name = "mx"
                role = "mx"
                address = "127.0.0.1:0"
                [http]
                address = "127.0.0.1:0"
                [dns]
                resolvers = ["127.0.0.1:9"]
                [[relay-domain]]
                domain = "shop.example"
                transport = "nowhere"
                [[transport]]
                name = "nowhere"
                type = "discard"
                """);
        try (var node = Node.start(file)) {
            var ready = node.readyLine();
            var smtp = ready.replaceAll(".* smtp=(\\S+) .*", "$1");
            var status = Program.run(terminal, "send", "--to", smtp, "a@shop.example", "b@shop.example");
            var url = "http://" + ready.replaceAll(".* http=", "");
            var token = directory.resolve("data/run/admin.token").toString();
            Program.run(terminal, "queue", "list", "--url", url, "--token-file", token);
            return status;
        }
    }
}
