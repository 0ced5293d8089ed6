package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code workers}: the scan workers of a node. */
@Command(
        name = "workers",
        description = "Shows a node's scan workers, how many are wanted, and why.",
        mixinStandardHelpOptions = true)
final class WorkersCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final NodeAddress node = new NodeAddress();

    WorkersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var answer = NodeClient.of(node, terminal).get("api/v1/workers");
        if (node.json()) {
            terminal.out().println(answer);
        } else {
            terminal.out().println("wanted " + answer.path("wanted").asInt() + ": " + printable(answer, "why"));
            if (!answer.path("workers").isEmpty()) {
                print("ID", "STATE", "PID", "SCANS", "WHY IT GETS NONE");
            }
            answer.path("workers").forEach(this::print);
        }
        return ExitStatus.DONE;
    }

    private void print(JsonNode worker) {
        print(
                printable(worker, "id"),
                printable(worker, "state"),
                worker.path("pid").asText("-"),
                worker.path("inFlight").asText(),
                printable(worker, "reason"));
    }

    private void print(Object... row) {
        terminal.out().println("%-6s %-10s %-9s %5s  %s".formatted(row).stripTrailing());
    }

    private static String printable(JsonNode of, String field) {
        return Sentences.printable(of.path(field).asText(""));
    }
}
