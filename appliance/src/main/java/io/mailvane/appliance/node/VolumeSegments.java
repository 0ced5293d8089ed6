package io.mailvane.appliance.node;

import io.mailvane.queue.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The segments of a partition on a volume that is watched.
 *
 * @param place is asked before each new one
 * @param writeFailed hears of each write that failed before its writer does
 */
record VolumeSegments(SegmentStore store, Place place, Runnable writeFailed) implements SegmentStore {
    /** Whether what is made now would be where it belongs. */
    interface Place {
        /** @throws IOException if not */
        void require() throws IOException;
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    @Override
    public List<String> list() throws IOException {
        return store.list();
    }

    @Override
    public Appender create(String name) throws IOException {
        place.require();
        return new Watched(written(() -> store.create(name)));
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
    public void setAside(String name) throws IOException {
        store.setAside(name);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    private <T> T written(Step<T> step) throws IOException {
        try {
            return step.take();
        } catch (IOException e) {
            writeFailed.run();
            throw e;
        }
    }

    private final class Watched implements Appender {
        private final Appender appender;

        Watched(Appender appender) {
            this.appender = appender;
        }

        @Override
        public void append(ByteBuffer records) throws IOException {
            written(() -> {
                appender.append(records);
                return appender;
            });
        }

        @Override
        public void force() throws IOException {
            written(() -> {
                appender.force();
                return appender;
            });
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
}
