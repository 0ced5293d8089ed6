package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLockIT {
    @TempDir
    Path directory;

    /** Takes the lock and keeps it until its input ends. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws IOException {
            try (var lock = PartitionLock.take(Path.of(arguments[0]))) {
                System.out.println("taken " + (lock != null));
                int end = System.in.read();
                System.out.println("ended " + end);
            }
        }
    }

    @Test
    void refusesASecondProcessByThePidOfTheFirstUntilThatIsGone() throws Exception {
        var owner = Jvm.start(Owner.class, List.of(), directory.toString());
        try (BufferedReader output = owner.inputReader()) {
            assertThat(output.readLine()).isEqualTo("taken true");

            var refusal = directory + " is in use by process " + owner.pid();
            assertThatThrownBy(() -> PartitionLock.take(directory))
                    .isInstanceOf(PartitionLock.HeldException.class)
                    .hasMessage(refusal);
            assertThatThrownBy(() -> PartitionLock.requireFree(directory))
                    .isInstanceOf(PartitionLock.HeldException.class)
                    .hasMessage(refusal);
        } finally {
            owner.destroyForcibly();
        }
        owner.waitFor();

        PartitionLock.requireFree(directory);
        try (var lock = PartitionLock.take(directory)) {
            assertThat(lock).isNotNull();
        }
    }
}
