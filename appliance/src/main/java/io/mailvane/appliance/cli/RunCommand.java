package io.mailvane.appliance.cli;

import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.node.Node;
import io.mailvane.appliance.node.StopSignal;
import io.mailvane.mail.LogLine;
import io.mailvane.queue.PartitionLock;
import io.mailvane.storage.PartitionHeldException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: a node, until a signal ends it. */
@Command(name = "run", description = "Runs one node in the foreground, until SIGTERM.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    /** A node that is told to stop while it begins takes no longer to let go, unless its volume hangs. */
    private static final Duration TO_LET_GO = Duration.ofSeconds(5);

    private final Terminal terminal;
    /** A signal may come between two nodes, or while one begins. */
    private final StopSignal stop;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The node's configuration")
    private Path file = Path.of("");

    /** @param stop may be given from the first moment on */
    RunCommand(Terminal terminal, StopSignal stop) {
        this.terminal = terminal;
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        LibraryLogs.join();
        try {
            stop.requireNone();
            var node = begin(() -> Node.start(file, stop));
            while (runsOut(node)) {
                node = again(node);
            }
            return ExitStatus.DONE;
        } catch (StopSignal.StoppedException e) {
            LOG.info("stopped before the node had begun");
            return ExitStatus.DONE;
        } catch (ConfigurationException e) {
            e.problems().forEach(terminal.err()::println);
            return ExitStatus.CONFIGURATION;
        } catch (PartitionLock.HeldException e) {
            throw new CommandException(ExitStatus.REFUSED, Sentences.of(e));
        } catch (PartitionHeldException e) {
            throw new CommandException(ExitStatus.REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException | UncheckedIOException e) {
            throw new CommandException(ExitStatus.REFUSED, "the node does not start: " + Sentences.of(e) + advice());
        }
    }

    /** What can be done against it, where that is known. */
    private String advice() {
        return RoomToBegin.isLeft(file)
                ? ""
                : "; no room is left on its volume or for its data: with a mebioctet it begins, and makes more; what is queued is kept";
    }

    private interface Beginning {
        Node begin() throws ConfigurationException, IOException;
    }

    /**
     * Begins a node on a thread of its own: a volume that does not answer must not keep the process from its end.
     *
     * @throws StopSignal.StoppedException if it was told to end first
     */
    private Node begin(Beginning beginning) throws ConfigurationException, IOException, InterruptedException {
        var node = new FutureTask<>(beginning::begin);
        onStop(() -> letGo(node));
        stop.requireNone();
        Thread.ofPlatform().daemon().name("begin").start(node);
        try {
            return node.get();
        } catch (CancellationException e) {
            LOG.error("{}", LogLine.event("alarm").field("what", "not-closed").field("part", "the volume"), e);
            throw new StopSignal.StoppedException();
        } catch (ExecutionException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case ConfigurationException cause -> throw stoppedOr(cause);
                case IOException cause -> throw stoppedOr(cause);
                case UncheckedIOException cause -> throw stoppedOr(cause);
                case RuntimeException cause -> throw cause;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Who wants no node any more is told of no reason why there is none. */
    private <E extends Exception> E stoppedOr(E cause) throws StopSignal.StoppedException {
        if (stop.isGiven() && !(cause instanceof StopSignal.StoppedException)) {
            LOG.info("what began as the stop came did not succeed: {}", Sentences.of(cause));
            throw new StopSignal.StoppedException();
        }
        return cause;
    }

    /** Whoever waits for it is told how it ended. */
    private void letGo(FutureTask<Node> node) {
        stop.give();
        Thread.ofPlatform().daemon().name("end-anyhow").start(() -> {
            try {
                node.get(TO_LET_GO.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                node.cancel(false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | CancellationException e) {
                LOG.debug("it had ended", e);
            }
        });
    }

    private static void onStop(Runnable answer) {
        Signals.on("TERM", answer);
        Signals.on("INT", answer);
    }

    /** @return whether it ended because it lost its lease: the next begins with another partition or epoch */
    private boolean runsOut(Node started) throws InterruptedException {
        try (var node = started) {
            onStop(() -> end(node));
            Signals.on("HUP", node::reload);
            if (stop.isGiven()) {
                node.drain();
            } else {
                terminal.out().println(node.readyLine());
            }
            return node.awaitStopped() == Node.End.LEASE_LOST;
        }
    }

    /**
     * Tries until the volume lets it: a node that ran once does not end because its storage is gone for a while.
     *
     * @throws StopSignal.StoppedException if it was told to end first
     */
    private Node again(Node former) throws ConfigurationException, IOException, InterruptedException {
        LOG.warn("{}", LogLine.event("lease").field("state", "begins-anew"));
        while (!stop.isGiven()) {
            try {
                return begin(() -> former.again(stop));
            } catch (PartitionLock.HeldException | PartitionHeldException | StopSignal.StoppedException e) {
                throw e;
            } catch (IOException | UncheckedIOException e) {
                LOG.error(
                        "{}",
                        LogLine.event("alarm").field("what", "not-begun-anew").field("reason", Sentences.of(e)));
                stop.await(AGAIN);
            }
        }
        throw new StopSignal.StoppedException();
    }

    private void end(Node node) {
        stop.give();
        node.drain();
    }
}
