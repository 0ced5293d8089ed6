package io.mailvane.appliance.cli;

import io.mailvane.appliance.node.PrivateDirectory;
import io.mailvane.queue.PartitionLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A node that runs already where {@code up} is to start one, because the {@code up} that started it was killed. Nobody else's node is one:
 * each {@code up} notes which process it started, and a node whose {@code up} lives is its child.
 *
 * @param file of the node's configuration
 */
record LeftRunning(Path file, ProcessHandle process) {
    /** As long as a node takes that finishes what it has begun, and some more. */
    private static final Duration TO_END = Duration.ofMinutes(2);

    private static final String NOTE = "up";

    /** Notes that this process started a node, for the next {@code up}. */
    static void note(Path data, Process node) throws IOException {
        var run = PrivateDirectory.make(data.resolve("run"));
        var note = new Note(Long.toString(ProcessHandle.current().pid()), Long.toString(node.pid()));
        Files.writeString(run.resolve(NOTE), note.up() + " " + note.node() + "\n");
    }

    private record Note(String up, String node) {
        static Note read(Path file) throws IOException {
            var words = Files.exists(file) ? Files.readString(file).strip().split(" ") : new String[0];
            return words.length == 2 ? new Note(words[0], words[1]) : new Note("", "");
        }
    }

    /**
     * Looks for one.
     *
     * @param data of the node
     * @throws CommandException if the node runs for another reason
     */
    static Optional<LeftRunning> find(Path file, Path data) throws IOException {
        var run = data.resolve("run");
        try {
            PartitionLock.requireFree(run);
            return Optional.empty();
        } catch (PartitionLock.HeldException e) {
            return holder(e.pid()).flatMap(holder -> found(file, holder, note(run)));
        }
    }

    private static Note note(Path run) {
        try {
            return Note.read(run.resolve(NOTE));
        } catch (IOException e) {
            return new Note("", "");
        }
    }

    /** Gone since, if there is none. */
    private static Optional<ProcessHandle> holder(String pid) {
        try {
            return ProcessHandle.of(Long.parseLong(pid));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<LeftRunning> found(Path file, ProcessHandle holder, Note note) {
        if (!note.node().equals(Long.toString(holder.pid()))) {
            throw refused("the node of " + file + " runs already, as process " + holder.pid() + ": kill " + holder.pid()
                    + " ends it");
        }
        boolean isChild = holder.parent()
                .filter(parent -> note.up().equals(Long.toString(parent.pid())))
                .isPresent();
        if (isChild) {
            throw refused("the node of " + file + " is up already, by process " + note.up() + ": Ctrl-C there, or kill "
                    + note.up() + ", ends it");
        }
        return Optional.of(new LeftRunning(file, holder));
    }

    private static CommandException refused(String why) {
        return new CommandException(ExitStatus.REFUSED, why);
    }

    /** Tells it to finish what it has begun, and end. */
    void tellToEnd() {
        process.destroy();
    }

    /** @throws CommandException if it does not end */
    void awaitEnd() throws InterruptedException {
        try {
            process.onExit().get(TO_END.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process does not fail", e);
        } catch (TimeoutException e) {
            throw new CommandException(
                    ExitStatus.REFUSED,
                    "process " + process.pid() + " of " + file + " does not end: its log says why, and kill -9 "
                            + process.pid() + " ends it");
        }
    }
}
