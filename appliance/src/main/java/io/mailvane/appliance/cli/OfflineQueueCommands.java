package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.OfflineQueue;
import io.mailvane.queue.PartitionLock;
import io.mailvane.queue.Salvage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code queue verify} and {@code queue salvage}: a partition that no node has open, in which nothing is changed. */
final class OfflineQueueCommands {
    private final Terminal terminal;

    OfflineQueueCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    int verify(Path partition, boolean json) {
        var queue = read(partition);
        if (json) {
            terminal.out().println(answer(queue));
        } else {
            print(queue);
        }
        return queue.findings().isEmpty() ? ExitStatus.DONE : ExitStatus.REFUSED;
    }

    int salvage(Path partition, Path folder, boolean json) {
        var queue = read(partition);
        var written = write(queue, folder);
        if (json) {
            var answer = answer(queue);
            answer.put("folder", folder.toString())
                    .put("whole", written.whole())
                    .put("parts", written.parts());
            add(answer, "problems", written.problems());
            terminal.out().println(answer);
        } else {
            print(queue);
            written.problems().forEach(terminal.out()::println);
            terminal.out()
                    .println(Sentences.count(written.whole(), "message") + " and "
                            + Sentences.count(written.parts(), "part") + " of some written to " + folder);
        }
        boolean allThere = queue.findings().isEmpty() && written.problems().isEmpty();
        return allThere ? ExitStatus.DONE : ExitStatus.REFUSED;
    }

    private static OfflineQueue read(Path partition) {
        if (!Files.isDirectory(partition)) {
            throw new CommandException(ExitStatus.REFUSED, partition + ": there is no such directory");
        }
        try {
            PartitionLock.requireFree(partition);
            var queue = OfflineQueue.read(new FileSegmentStore(partition));
            if (queue.segments() == 0 && queue.findings().isEmpty() && !wasLeased(partition)) {
                throw new CommandException(ExitStatus.REFUSED, partition + " holds no segments: name VOLUME/NODE");
            }
            return queue;
        } catch (IOException e) {
            throw new CommandException(ExitStatus.REFUSED, Sentences.of(e));
        }
    }

    /** One that was emptied, as by whoever adopted it, is still a partition. */
    private static boolean wasLeased(Path partition) {
        return Files.isDirectory(partition.resolve("lease"));
    }

    private static Salvage.Written write(OfflineQueue queue, Path folder) {
        try {
            return Salvage.write(queue, folder);
        } catch (IOException e) {
            throw new CommandException(ExitStatus.REFUSED, Sentences.of(e));
        }
    }

    private void print(OfflineQueue queue) {
        queue.remarks().forEach(terminal.out()::println);
        queue.findings().forEach(terminal.out()::println);
        var found = queue.findings().isEmpty() ? "no damage" : queue.findings().size() + " findings";
        terminal.out()
                .println(Sentences.count(queue.segments(), "segment") + ", "
                        + Sentences.count(queue.messages(), "message") + " queued, " + found);
    }

    private static ObjectNode answer(OfflineQueue queue) {
        var answer = JsonNodeFactory.instance.objectNode();
        answer.put("segments", queue.segments()).put("messages", queue.messages());
        add(answer, "findings", queue.findings());
        add(answer, "remarks", queue.remarks());
        return answer;
    }

    private static void add(ObjectNode to, String name, List<String> sentences) {
        var array = to.putArray(name);
        sentences.forEach(array::add);
    }
}
