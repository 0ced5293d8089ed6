package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A store that misbehaves when it is told to, and else is the one behind it. Any number of threads. */
final class ScriptedStore extends ForwardingSegmentStore {
    private final Consumer<String> trace;
    private final AtomicReference<Fault> fault = new AtomicReference<>(Fault.NONE);
    private volatile boolean once;
    private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
    private final AtomicInteger created = new AtomicInteger();
    private final AtomicInteger forces = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();

    /** What fails, until it is told otherwise. */
    enum Fault {
        NONE,
        CREATE,
        /** No octet fits any more. */
        APPEND,
        /** A header still fits, and then a part of what is appended. */
        APPEND_IN_THE_MIDDLE,
        FORCE,
        /** It is forced and says it was not. */
        FORCE_IN_DOUBT,
        /** The record that ends a segment does not fit. */
        SEAL,
        READ
    }

    ScriptedStore(SegmentStore store) {
        this(store, event -> {});
    }

    /** @param trace told "append N" and "force", in their order */
    ScriptedStore(SegmentStore store, Consumer<String> trace) {
        super(store);
        this.trace = trace;
    }

    void fail(Fault next) {
        once = false;
        fault.set(next);
    }

    /** As a disk on which somebody makes room as soon as a write found none. */
    void failOnce(Fault next) {
        fail(next);
        once = true;
    }

    /** Every force waits until the gate is opened again. */
    CountDownLatch closeGate() {
        var closed = new CountDownLatch(1);
        gate.set(closed);
        return closed;
    }

    int created() {
        return created.get();
    }

    int forces() {
        return forces.get();
    }

    int reads() {
        return reads.get();
    }

    private void failAt(Fault place) throws IOException {
        if (fault.get() == place) {
            if (once) {
                fault.set(Fault.NONE);
            }
            throw new IOException("scripted: " + place);
        }
    }

    @Override
    public Appender create(String name) throws IOException {
        failAt(Fault.CREATE);
        created.incrementAndGet();
        return new ScriptedAppender(super.create(name));
    }

    private final class ScriptedAppender extends ForwardingAppender {
        ScriptedAppender(Appender appender) {
            super(appender);
        }

        @Override
        public void append(ByteBuffer records) throws IOException {
            failAt(Fault.APPEND);
            if (records.remaining() == RecordHeader.SIZE) {
                failAt(Fault.SEAL);
            }
            if (records.hasRemaining()) {
                trace.accept("append " + records.remaining());
            }
            if (size() > 0 && fault.get() == Fault.APPEND_IN_THE_MIDDLE) {
                super.append(records.slice(records.position(), records.remaining() / 2));
                failAt(Fault.APPEND_IN_THE_MIDDLE);
            }
            super.append(records);
        }

        @Override
        public void force() throws IOException {
            try {
                gate.get().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            trace.accept("force");
            failAt(Fault.FORCE);
            forces.incrementAndGet();
            super.force();
            failAt(Fault.FORCE_IN_DOUBT);
        }
    }

    @Override
    public Reader open(String name) throws IOException {
        return new ForwardingReader(super.open(name)) {
            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                failAt(Fault.READ);
                reads.incrementAndGet();
                return super.read(into, position);
            }
        };
    }
}
