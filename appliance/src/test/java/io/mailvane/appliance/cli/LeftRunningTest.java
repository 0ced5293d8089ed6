package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.queue.PartitionLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process of these tests plays the node; whoever runs them, its {@code up}. */
class LeftRunningTest {
    private static final Path FILE = Path.of("var/zone-a.toml");

    @TempDir
    Path data;

    private final ProcessHandle self = ProcessHandle.current();
    private final long up = self.parent().orElseThrow().pid();
    private Path run;

    @BeforeEach
    void makeFolder() throws IOException {
        run = Files.createDirectories(data.resolve("run"));
    }

    private void note(long byWhom, long node) throws IOException {
        Files.writeString(run.resolve("up"), byWhom + " " + node + "\n");
    }

    @Test
    void isNobodyWhereNoNodeRuns() throws Exception {
        note(up, self.pid());

        assertThat(LeftRunning.find(FILE, data)).isEmpty();
        assertThat(LeftRunning.find(FILE, data.resolve("never"))).isEmpty();
    }

    @Test
    void isTheNodeOfAnUpThatIsGone() throws Exception {
        try (var lock = PartitionLock.take(run)) {
            assertThat(lock).isNotNull();
            note(up + 1, self.pid());

            assertThat(LeftRunning.find(FILE, data)).contains(new LeftRunning(FILE, self));
        }
    }

    @Test
    void isNoNodeWhoseUpLives() throws Exception {
        try (var lock = PartitionLock.take(run)) {
            assertThat(lock).isNotNull();
            note(up, self.pid());

            assertThatThrownBy(() -> LeftRunning.find(FILE, data))
                    .isInstanceOf(CommandException.class)
                    .hasMessage("the node of var/zone-a.toml is up already, by process " + up
                            + ": Ctrl-C there, or kill " + up + ", ends it");
        }
    }

    /** Somebody started it by hand, or a service did. */
    @Test
    void isNoNodeThatNoUpStarted() throws Exception {
        try (var lock = PartitionLock.take(run)) {
            assertThat(lock).isNotNull();
            var why = "the node of var/zone-a.toml runs already, as process " + self.pid() + ": kill " + self.pid()
                    + " ends it";
            assertThatThrownBy(() -> LeftRunning.find(FILE, data)).hasMessage(why);
            note(up + 1, self.pid() + 1);
            assertThatThrownBy(() -> LeftRunning.find(FILE, data)).hasMessage(why);
        }
    }
}
