package io.mailvane.appliance.cli;

import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.node.Node;
import io.mailvane.mail.LogLine;
import io.mailvane.queue.PartitionLock;
import io.mailvane.storage.PartitionHeldException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: a node, until a signal ends it. */
@Command(name = "run", description = "Runs one node in the foreground, until SIGTERM.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
    private static final long AGAIN_SECONDS = 1;

    private final Terminal terminal;
    /** A signal may come between two nodes. */
    private final CountDownLatch toldToEnd = new CountDownLatch(1);

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The node's configuration")
    private Path file = Path.of("");

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        LibraryLogs.join();
        try {
            var node = Optional.of(Node.start(file));
            while (node.isPresent() && runsOut(node.get())) {
                node = again(node.get());
            }
            return ExitStatus.DONE;
        } catch (ConfigurationException e) {
            e.problems().forEach(terminal.err()::println);
            return ExitStatus.CONFIGURATION;
        } catch (PartitionLock.HeldException e) {
            throw new CommandException(ExitStatus.REFUSED, Sentences.of(e));
        } catch (PartitionHeldException e) {
            throw new CommandException(ExitStatus.REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException | UncheckedIOException e) {
            throw new CommandException(ExitStatus.REFUSED, "the node does not start: " + Sentences.of(e));
        }
    }

    /** @return whether it ended because it lost its lease: the next begins with another partition or epoch */
    private boolean runsOut(Node started) throws InterruptedException {
        try (var node = started) {
            Signals.on("TERM", () -> end(node));
            Signals.on("INT", () -> end(node));
            Signals.on("HUP", node::reload);
            if (isToldToEnd()) {
                node.drain();
            } else {
                terminal.out().println(node.readyLine());
            }
            return node.awaitStopped() == Node.End.LEASE_LOST;
        }
    }

    private boolean isToldToEnd() {
        return toldToEnd.getCount() == 0;
    }

    /**
     * Tries until the volume lets it: a node that ran once does not end because its storage is gone for a while.
     *
     * @return empty if it was told to end first
     */
    private Optional<Node> again(Node former) throws IOException, InterruptedException {
        LOG.warn("{}", LogLine.event("lease").field("state", "begins-anew"));
        while (!isToldToEnd()) {
            try {
                return Optional.of(former.again());
            } catch (PartitionLock.HeldException | PartitionHeldException e) {
                throw e;
            } catch (IOException | UncheckedIOException e) {
                LOG.error(
                        "{}",
                        LogLine.event("alarm").field("what", "not-begun-anew").field("reason", Sentences.of(e)));
                toldToEnd.await(AGAIN_SECONDS, TimeUnit.SECONDS);
            }
        }
        return Optional.empty();
    }

    private void end(Node node) {
        toldToEnd.countDown();
        node.drain();
    }
}
