package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.appliance.node.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code check}: a configuration read as {@code run} reads it, and nothing started. */
@Command(
        name = "check",
        description = "Names every problem of a configuration, or says ok.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The node's configuration")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Prints {\"problems\":[...]}")
    private boolean json;

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var problems = problems();
        if (json) {
            printJson(problems);
        } else if (problems.isEmpty()) {
            terminal.out().println("ok");
        } else {
            problems.forEach(terminal.err()::println);
        }
        return problems.isEmpty() ? ExitStatus.DONE : ExitStatus.CONFIGURATION;
    }

    private List<String> problems() {
        try {
            ConfigurationFile.read(file, Node.installedProviders());
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems();
        }
    }

    /** As a refused reload names them. */
    private void printJson(List<String> problems) {
        var answer = JsonNodeFactory.instance.objectNode();
        problems.forEach(answer.putArray("problems")::add);
        terminal.out().println(answer);
    }
}
