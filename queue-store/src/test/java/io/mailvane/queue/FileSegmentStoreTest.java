package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSegmentStoreTest extends SegmentStoreContract {
    @TempDir
    Path directory;

    @Override
    SegmentStore store() throws IOException {
        return new FileSegmentStore(directory.resolve("volume/zone-a"));
    }

    @Test
    void seesNothingButSegments() throws IOException {
        store();
        Files.writeString(directory.resolve("volume/zone-a/owner.pid"), "1");

        assertThat(store().list()).isEmpty();
    }

    @Test
    void keepsTheOctetsOfWhatIsSetAside() throws IOException {
        try (var appender = store().create("1.segment")) {
            appender.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }

        store().setAside("1.segment");

        assertThat(directory.resolve("volume/zone-a/1.segment.damaged")).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void letsItsOwnerAloneReadASegment() throws IOException {
        store().create("1.segment").close();

        assertThat(Files.getPosixFilePermissions(directory.resolve("volume/zone-a/1.segment")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void refusesADirectoryThatIsAFile() throws IOException {
        Files.writeString(directory.resolve("volume"), "x");

        assertThatThrownBy(this::store).isInstanceOf(IOException.class);
    }
}
