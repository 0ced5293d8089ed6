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

    @Option(names = "--json", description = "Prints {\"problems\":[...],\"warnings\":[...]}")
    private boolean json;

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try {
            var warnings =
                    ConfigurationFile.read(file, Node.installedProviders()).warnings();
            print(List.of(), warnings);
            return ExitStatus.DONE;
        } catch (ConfigurationException e) {
            print(e.problems(), List.of());
            return ExitStatus.CONFIGURATION;
        }
    }

    private void print(List<String> problems, List<String> warnings) {
        if (json) {
            printJson(problems, warnings);
            return;
        }
        problems.forEach(terminal.err()::println);
        warnings.forEach(warning -> terminal.err().println(warning + " (a warning)"));
        if (problems.isEmpty()) {
            terminal.out().println("ok");
        }
    }

    /** Problems as a refused reload names them. */
    private void printJson(List<String> problems, List<String> warnings) {
        var answer = JsonNodeFactory.instance.objectNode();
        problems.forEach(answer.putArray("problems")::add);
        warnings.forEach(answer.putArray("warnings")::add);
        terminal.out().println(answer);
    }
}
