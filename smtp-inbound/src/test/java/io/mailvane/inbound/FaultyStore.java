package io.mailvane.inbound;

import io.mailvane.queue.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A store before a real one that fails when it is told to. */
final class FaultyStore implements SegmentStore {
    enum Fault {
        NONE,
        APPEND,
        FORCE
    }

    private final SegmentStore store;
    final AtomicReference<Fault> fault = new AtomicReference<>(Fault.NONE);
    /** What follows from a fault before its writer hears of it. */
    final AtomicReference<Runnable> beforeFault = new AtomicReference<>(() -> {});

    FaultyStore(SegmentStore store) {
        this.store = store;
    }

    private void failAt(Fault point) throws IOException {
        if (fault.get() == point) {
            beforeFault.get().run();
            throw new IOException("told to fail at " + point);
        }
    }

    @Override
    public List<String> list() throws IOException {
        return store.list();
    }

    @Override
    public Appender create(String name) throws IOException {
        return new FaultyAppender(store.create(name));
    }

    @Override
    public void setAside(String name) throws IOException {
        store.setAside(name);
    }

    private final class FaultyAppender implements Appender {
        private final Appender appender;

        FaultyAppender(Appender appender) {
            this.appender = appender;
        }

        @Override
        public void append(ByteBuffer records) throws IOException {
            failAt(Fault.APPEND);
            appender.append(records);
        }

        @Override
        public void force() throws IOException {
            failAt(Fault.FORCE);
            appender.force();
        }

        @Override
        public long size() {
            return appender.size();
        }

        @Override
        public void close() throws IOException {
            appender.close();
        }
    }

    @Override
    public Reader open(String name) throws IOException {
        return store.open(name);
    }

    @Override
    public void delete(String name) throws IOException {
        store.delete(name);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
