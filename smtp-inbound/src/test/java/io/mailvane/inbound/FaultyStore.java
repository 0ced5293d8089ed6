package io.mailvane.inbound;

import io.mailvane.queue.ForwardingSegmentStore;
import io.mailvane.queue.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/** A store before a real one that fails when it is told to. */
final class FaultyStore extends ForwardingSegmentStore {
    enum Fault {
        NONE,
        APPEND,
        FORCE
    }

    final AtomicReference<Fault> fault = new AtomicReference<>(Fault.NONE);
    /** What follows from a fault before its writer hears of it. */
    final AtomicReference<Runnable> beforeFault = new AtomicReference<>(() -> {});

    FaultyStore(SegmentStore store) {
        super(store);
    }

    private void failAt(Fault point) throws IOException {
        if (fault.get() == point) {
            beforeFault.get().run();
            throw new IOException("told to fail at " + point);
        }
    }

    @Override
    public Appender create(String name) throws IOException {
        return new FaultyAppender(super.create(name));
    }

    private final class FaultyAppender extends ForwardingAppender {
        FaultyAppender(Appender appender) {
            super(appender);
        }

        @Override
        public void append(ByteBuffer records) throws IOException {
            failAt(Fault.APPEND);
            super.append(records);
        }

        @Override
        public void force() throws IOException {
            failAt(Fault.FORCE);
            super.force();
        }
    }
}
