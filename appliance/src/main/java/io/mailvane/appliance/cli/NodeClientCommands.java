package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A running node. */
@Command(
        name = "node",
        description = "Shows a node, or stops it gently.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class NodeClientCommands implements Runnable {
    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    NodeClientCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do: status, reload or drain");
        }
    }

    @Command(name = "status", description = "State, partitions and peers.", mixinStandardHelpOptions = true)
    int status(@Mixin NodeAddress node) {
        var answer = NodeClient.of(node, terminal).get("api/v1/node");
        if (node.json()) {
            terminal.out().println(answer);
            return ExitStatus.DONE;
        }
        terminal.out()
                .println("node " + answer.path("node").asText() + " in zone "
                        + answer.path("zone").asText() + ": "
                        + answer.path("state").asText());
        answer.path("reasons").forEach(reason -> terminal.out().println("  " + reason.asText()));
        answer.path("partitions")
                .forEach(partition -> terminal.out()
                        .println("partition "
                                + partition.path("name").asText() + ", epoch "
                                + partition.path("epoch").asText()));
        var volume = answer.path("volume");
        volume.path("reasons")
                .forEach(reason ->
                        terminal.out().println("volume " + volume.path("state").asText() + ": " + reason.asText()));
        answer.path("peers")
                .forEach(peer -> terminal.out()
                        .println("peer " + peer.path("node").asText() + ": "
                                + peer.path("state").asText() + ", seen "
                                + peer.path("asOf").asText("never")));
        return ExitStatus.DONE;
    }

    @Command(name = "drain", description = "Stops the node as SIGTERM does.", mixinStandardHelpOptions = true)
    int drain(@Mixin NodeAddress node) {
        return post("drain", node);
    }

    @Command(
            name = "reload",
            description = "Reads the configuration anew as SIGHUP does.",
            mixinStandardHelpOptions = true)
    int reload(@Mixin NodeAddress node) {
        return post("reload", node);
    }

    private int post(String verb, NodeAddress node) {
        var answer = NodeClient.of(node, terminal).post("api/v1/node/" + verb, JsonNodeFactory.instance.objectNode());
        terminal.out().println(node.json() ? answer : verb + ": done");
        return ExitStatus.DONE;
    }
}
