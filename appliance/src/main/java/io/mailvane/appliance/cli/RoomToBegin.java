package io.mailvane.appliance.cli;

import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.appliance.node.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a node that did not start had the room for it: the file systems are asked, since what a failed write says has many wordings. */
final class RoomToBegin {
    private static final Logger LOG = LoggerFactory.getLogger(RoomToBegin.class);
    /** Octets that a node takes to have its partition and to write what becomes of its mail. */
    private static final long NEEDED = 1L << 20;
    /** A volume that hangs says nothing, and must not keep the program from its end. */
    private static final Duration MOST = Duration.ofSeconds(2);

    private RoomToBegin() {}

    /**
     * Of the node's volume and of its data.
     *
     * @param file its configuration
     * @return true also where nobody knows
     */
    static boolean isLeft(Path file) {
        var asking = new FutureTask<>(() -> ask(file));
        Thread.ofPlatform().daemon().name("room").start(asking);
        try {
            return asking.get(MOST.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("nobody says how much room there is", e);
            return true;
        }
    }

    private static boolean ask(Path file) throws ConfigurationException, IOException {
        var configuration = ConfigurationFile.read(file, Node.installedProviders());
        return isEnough(configuration.node().data())
                && isEnough(configuration.volume().directory());
    }

    private static boolean isEnough(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace() >= NEEDED;
    }
}
