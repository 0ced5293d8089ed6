package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeSegmentsTest {
    private static final String NAME = "00000001-e00000001-0123456789abcdef.segment";

    @TempDir
    private Path folder;

    private final List<String> happened = new ArrayList<>();

    private VolumeSegments at(VolumeSegments.Place place) throws IOException {
        return new VolumeSegments(new FileSegmentStore(folder), place, () -> happened.add("told"));
    }

    @Test
    void makesNothingWhereItDoesNotBelong() throws Exception {
        var segments = at(() -> {
            throw new IOException("not mounted");
        });

        assertThatThrownBy(() -> segments.create(NAME)).hasMessage("not mounted");
        assertThat(segments.list()).isEmpty();
        assertThat(happened).as("nothing was written").isEmpty();
    }

    @Test
    void tellsOfEachWriteThatFailedBeforeItsWriterHears() throws Exception {
        try (SegmentStore segments = at(() -> {})) {
            var appender = segments.create(NAME);
            appender.append(ByteBuffer.wrap(new byte[] {1}));
            appender.force();
            assertThat(happened).isEmpty();
            assertThatThrownBy(() -> segments.create(NAME)).isInstanceOf(IOException.class);
            happened.add("heard");
            appender.close();
            assertThatThrownBy(() -> appender.append(ByteBuffer.wrap(new byte[] {2})))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(appender::force).isInstanceOf(IOException.class);
        }
        assertThat(happened).containsExactly("told", "heard", "told", "told");
    }
}
