package io.mailvane.appliance.cli;

import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.node.Node;
import io.mailvane.queue.PartitionLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: a node, until a signal ends it. */
@Command(name = "run", description = "Runs one node in the foreground, until SIGTERM.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The node's configuration")
    private Path file = Path.of("");

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var node = Node.start(file)) {
            Signals.on("TERM", node::drain);
            Signals.on("INT", node::drain);
            Signals.on("HUP", node::reload);
            terminal.out().println(node.readyLine());
            node.awaitStopped();
            return ExitStatus.DONE;
        } catch (ConfigurationException e) {
            e.problems().forEach(terminal.err()::println);
            return ExitStatus.CONFIGURATION;
        } catch (PartitionLock.HeldException e) {
            throw new CommandException(ExitStatus.REFUSED, Sentences.of(e));
        } catch (IOException e) {
            throw new CommandException(ExitStatus.REFUSED, "the node does not start: " + Sentences.of(e));
        }
    }
}
