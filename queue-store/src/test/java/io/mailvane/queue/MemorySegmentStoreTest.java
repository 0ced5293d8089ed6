package io.mailvane.queue;

class MemorySegmentStoreTest extends SegmentStoreContract {
    private final SegmentStore store = new MemorySegmentStore();

    @Override
    SegmentStore store() {
        return store;
    }
}
