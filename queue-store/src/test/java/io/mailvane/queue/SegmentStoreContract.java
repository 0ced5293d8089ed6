package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every {@link SegmentStore} does: the queue relies on this and on nothing else. */
abstract class SegmentStoreContract {
    /** The store under test; every call of one test gives the same segments. */
    abstract SegmentStore store() throws IOException;

    private static ByteBuffer octets(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void write(String name, String text) throws IOException {
        try (var appender = store().create(name)) {
            appender.append(octets(text));
            appender.force();
        }
    }

    private String read(String name, long position, int length) throws IOException {
        try (var reader = store().open(name)) {
            var into = ByteBuffer.allocate(length);
            int got = reader.read(into, position);
            assertThat(got).isEqualTo(into.position());
            return new String(into.array(), 0, got, StandardCharsets.US_ASCII);
        }
    }

    @Test
    void beginsEmpty() throws IOException {
        assertThat(store().list()).isEmpty();
    }

    @Test
    void listsNamesAscendingWhateverTheOrderOfTheirMaking() throws IOException {
        for (var name :
                List.of("0000000a-e00000001.segment", "00000002-e00000001.segment", "00000001-e00000001.segment")) {
            write(name, "x");
        }

        assertThat(store().list())
                .containsExactly(
                        "00000001-e00000001.segment", "00000002-e00000001.segment", "0000000a-e00000001.segment");
    }

    @Test
    void readsBackWhatWasAppended() throws IOException {
        try (var appender = store().create("1.segment")) {
            appender.append(octets("one"));
            appender.append(octets("two"));
            appender.force();

            assertThat(appender.size()).isEqualTo(6);
        }
        assertThat(read("1.segment", 0, 6)).isEqualTo("onetwo");
        assertThat(read("1.segment", 2, 3)).isEqualTo("etw");
    }

    @Test
    void appendsWhatRemainsInTheBufferAndNoMore() throws IOException {
        var buffer = octets("0123456789").position(3).limit(7);
        try (var appender = store().create("1.segment")) {
            appender.append(buffer);
        }

        assertThat(buffer.hasRemaining()).isFalse();
        assertThat(read("1.segment", 0, 10)).isEqualTo("3456");
    }

    @Test
    void readsASegmentThatStillGrows() throws IOException {
        try (var appender = store().create("1.segment");
                var reader = store().open("1.segment")) {
            appender.append(octets("one"));
            assertThat(reader.size()).isEqualTo(3);
            appender.append(octets("two"));

            assertThat(reader.size()).isEqualTo(6);
            var into = ByteBuffer.allocate(6);
            assertThat(reader.read(into, 0)).isEqualTo(6);
        }
    }

    @Test
    void readsShortAtTheEndAndNothingBehindIt() throws IOException {
        write("1.segment", "0123");

        assertThat(read("1.segment", 2, 10)).isEqualTo("23");
        assertThat(read("1.segment", 4, 10)).isEmpty();
        assertThat(read("1.segment", 400, 10)).isEmpty();
    }

    @Test
    void neverBeginsASegmentTwice() throws IOException {
        write("1.segment", "first");

        assertThatThrownBy(() -> store().create("1.segment")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(read("1.segment", 0, 10)).isEqualTo("first");
    }

    @Test
    void opensNothingThatIsNotThere() {
        assertThatThrownBy(() -> store().open("1.segment")).isInstanceOf(IOException.class);
    }

    @Test
    void forgetsWhatIsDeletedAndDoesNotMindTheSecondTime() throws IOException {
        write("1.segment", "x");
        write("2.segment", "y");

        store().delete("1.segment");
        store().delete("1.segment");

        assertThat(store().list()).containsExactly("2.segment");
    }

    @Test
    void setsAsideOutOfSightAndDoesNotMindTheSecondTime() throws IOException {
        write("1.segment", "x");
        write("2.segment", "y");

        store().setAside("1.segment");
        store().setAside("1.segment");

        assertThat(store().list()).containsExactly("2.segment");
    }

    @Test
    void letsManyReadAtOnce() throws Exception {
        write("1.segment", "0123456789".repeat(1000));
        try (var reader = store().open("1.segment");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reads = new ArrayList<Callable<String>>();
            for (int i = 0; i < 50; i++) {
                long position = i * 10L;
                reads.add(() -> {
                    var into = ByteBuffer.allocate(10);
                    reader.read(into, position);
                    return new String(into.array(), StandardCharsets.US_ASCII);
                });
            }
            for (var read : threads.invokeAll(reads)) {
                assertThat(read.get()).isEqualTo("0123456789");
            }
        }
    }
}
