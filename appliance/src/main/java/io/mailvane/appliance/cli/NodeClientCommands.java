package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A running node. */
@Command(
        name = "node",
        description = "Shows a node, stops it gently, or has it go on for a dead one.",
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
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Say what to do: status, reload, drain or adopt");
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
                                + partition.path("directory").asText() + ", epoch "
                                + partition.path("epoch").asText() + ", lease until "
                                + partition.path("lease").asText() + adopted(partition.path("adopted"))));
        answer.path("takeovers").forEach(this::printIfFinished);
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

    private static String adopted(JsonNode how) {
        return how.isObject()
                ? ", adopted from " + how.path("from").asText() + " at "
                        + how.path("at").asText() + ": " + StatusLines.counts(how)
                : "";
    }

    /** One that is not is among the partitions. */
    private void printIfFinished(JsonNode past) {
        if (past.path("finished").isTextual()) {
            terminal.out().println(StatusLines.finished(past));
        }
    }

    @Command(
            name = "adopt",
            description =
                    "Goes on with a dead node's partition at once, without waiting for the rest of its lease's term.",
            mixinStandardHelpOptions = true)
    int adopt(
            @Mixin NodeAddress node,
            @Parameters(paramLabel = "PARTITION", description = "Its name, or that of the node whose it is")
                    String partition) {
        return post("adopt", node, JsonNodeFactory.instance.objectNode().put("partition", partition));
    }

    @Command(
            name = "drain",
            description =
                    "Begins to stop the node as SIGTERM does; once it has, another node on its volume goes on with its queue at once.",
            mixinStandardHelpOptions = true)
    int drain(@Mixin NodeAddress node) {
        var answer = NodeClient.of(node, terminal).post("api/v1/node/drain", JsonNodeFactory.instance.objectNode());
        terminal.out()
                .println(
                        node.json()
                                ? answer
                                : "draining: the process ends when what is under way is done, after"
                                        + " node.drain at the latest");
        return ExitStatus.DONE;
    }

    @Command(
            name = "reload",
            description = "Reads the configuration anew as SIGHUP does.",
            mixinStandardHelpOptions = true)
    int reload(@Mixin NodeAddress node) {
        return post("reload", node);
    }

    private int post(String verb, NodeAddress node) {
        return post(verb, node, JsonNodeFactory.instance.objectNode());
    }

    private int post(String verb, NodeAddress node, JsonNode body) {
        var answer = NodeClient.of(node, terminal).post("api/v1/node/" + verb, body);
        terminal.out().println(node.json() ? answer : verb + ": done");
        return ExitStatus.DONE;
    }
}
