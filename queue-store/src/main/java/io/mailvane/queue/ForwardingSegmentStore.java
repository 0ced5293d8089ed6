package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A store before another one, for whoever changes a part of it: what is not overridden is what the other does. As many threads as that. */
public abstract class ForwardingSegmentStore implements SegmentStore {
    private final SegmentStore store;

    protected ForwardingSegmentStore(SegmentStore store) {
        this.store = store;
    }

    @Override
    public List<String> list() throws IOException {
        return store.list();
    }

    @Override
    public Appender create(String name) throws IOException {
        return store.create(name);
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

    /** The same before one of the other's segments. */
    public abstract static class ForwardingAppender implements Appender {
        private final Appender appender;

        protected ForwardingAppender(Appender appender) {
            this.appender = appender;
        }

        @Override
        public void append(ByteBuffer records) throws IOException {
            appender.append(records);
        }

        @Override
        public void force() throws IOException {
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
}
