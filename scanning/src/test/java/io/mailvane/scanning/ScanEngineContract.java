package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mailvane.mail.Verdict.Action;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What may be relied on of every engine. */
interface ScanEngineContract {
    ScanEngine engine();

    @Test
    default void findsNothingInCleanMail() throws Exception {
        var finding = engine().scan(Scans.clean(), Scans.soon());
        assertThat(finding).isEqualTo(new Finding(Action.ACCEPT, List.of(), finding.remarks()));
    }

    @Test
    default void rejectsTheTestMessagesThatItMustFind() throws Exception {
        assertThat(engine().mustFind()).isNotEmpty();
        for (var message : engine().mustFind()) {
            assertThat(engine().scan(message.request(), Scans.soon()).action()).isEqualTo(Action.REJECT);
        }
    }

    @Test
    default void hasNoAnswerForContentThatCannotBeOpened() {
        requireNoAnswer(new ScanRequest(Scans.TRANSACTION, 100, () -> {
            throw new IOException("no such segment");
        }));
    }

    @Test
    default void hasNoAnswerForContentThatBreaksOff() {
        requireNoAnswer(new ScanRequest(Scans.TRANSACTION, 100_000, () -> breaking("Subject: hi\r\n\r\nhow are")));
    }

    @Test
    default void hasNoAnswerForContentThatEndsEarly() {
        var begin = "Subject: hi\r\n\r\nhow are".getBytes(UTF_8);
        requireNoAnswer(new ScanRequest(Scans.TRANSACTION, 100_000, () -> new ByteArrayInputStream(begin)));
        requireNoAnswer(new ScanRequest(Scans.TRANSACTION, begin.length + 1L, () -> new ByteArrayInputStream(begin)));
    }

    private void requireNoAnswer(ScanRequest request) {
        assertThatExceptionOfType(ScanException.class)
                .isThrownBy(() -> engine().scan(request, Scans.soon()))
                .withMessageStartingWith(engine().name() + ": ");
    }

    private static InputStream breaking(String begin) {
        return new SequenceInputStream(new ByteArrayInputStream(begin.getBytes(UTF_8)), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        });
    }

    @Test
    default void hasNoAnswerWhenTheDeadlineHasPassed() {
        assertThatExceptionOfType(ScanException.class).isThrownBy(() -> engine().scan(Scans.clean(), Scans.passed()));
    }

    @Test
    default void endsWhenItsThreadIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> engine().scan(Scans.clean(), Scans.soon()));
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    default void closesWhatItOpens() throws Exception {
        var open = new AtomicInteger();
        var opened = new AtomicInteger();
        var clean = Scans.clean();
        Content counted = () -> {
            open.incrementAndGet();
            opened.incrementAndGet();
            return new Closing(clean.content().open(), open);
        };
        engine().scan(new ScanRequest(clean.transaction(), clean.size(), counted), Scans.soon());
        assertThat(opened).hasPositiveValue();
        assertThat(open).hasValue(0);
    }

    /** Counts down when it is closed, once. */
    final class Closing extends FilterInputStream {
        private final AtomicInteger open;
        private boolean closed;

        Closing(InputStream in, AtomicInteger open) {
            super(in);
            this.open = open;
        }

        @Override
        public void close() throws IOException {
            super.close();
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }

    @Test
    default void givesEachOfManyAtOnceItsOwnAnswer() throws Exception {
        var marked = engine().mustFind().iterator().next().request();
        var scans = new ArrayList<Callable<Action>>();
        var expected = new ArrayList<Action>();
        for (int i = 0; i < 20; i++) {
            scans.add(() -> engine().scan(Scans.clean(), Scans.soon()).action());
            scans.add(() -> engine().scan(marked, Scans.soon()).action());
            expected.addAll(List.of(Action.ACCEPT, Action.REJECT));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(scans);
            assertThat(answers.stream().map(Future::resultNow)).isEqualTo(expected);
        }
    }
}
