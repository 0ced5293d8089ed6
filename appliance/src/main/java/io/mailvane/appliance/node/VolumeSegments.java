package io.mailvane.appliance.node;

import io.mailvane.queue.ForwardingSegmentStore;
import io.mailvane.queue.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The segments of a partition on a volume that is watched. */
final class VolumeSegments extends ForwardingSegmentStore {
    private final Place place;
    private final Runnable writeFailed;

    /** Whether what is made now would be where it belongs. */
    interface Place {
        /** @throws IOException if not */
        void require() throws IOException;
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    /**
     * @param place is asked before each new one
     * @param writeFailed hears of each write that failed before its writer does
     */
    VolumeSegments(SegmentStore store, Place place, Runnable writeFailed) {
        super(store);
        this.place = place;
        this.writeFailed = writeFailed;
    }

    @Override
    public Appender create(String name) throws IOException {
        place.require();
        return new Watched(written(() -> super.create(name)));
    }

    private <T> T written(Step<T> step) throws IOException {
        try {
            return step.take();
        } catch (IOException e) {
            writeFailed.run();
            throw e;
        }
    }

    private final class Watched extends ForwardingAppender {
        Watched(Appender appender) {
            super(appender);
        }

        @Override
        public void append(ByteBuffer records) throws IOException {
            written(() -> {
                super.append(records);
                return this;
            });
        }

        @Override
        public void force() throws IOException {
            written(() -> {
                super.force();
                return this;
            });
        }
    }
}
