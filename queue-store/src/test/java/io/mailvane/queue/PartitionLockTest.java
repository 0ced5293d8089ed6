package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLockTest {
    @TempDir
    Path directory;

    @Test
    void refusesTheSecondAndNamesTheFirst() throws IOException {
        try (var first = PartitionLock.take(directory)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> PartitionLock.take(directory))
                    .isInstanceOf(PartitionLock.HeldException.class)
                    .hasMessage(directory + " is in use by process "
                            + ProcessHandle.current().pid());
        }
    }

    @Test
    void isFreeAgainAfterItWasClosed() throws IOException {
        PartitionLock.take(directory).close();

        try (var second = PartitionLock.take(directory)) {
            assertThat(second).isNotNull();
        }
    }
}
