package io.mailvane.queue;

class ScriptedStoreTest extends SegmentStoreContract {
    private final SegmentStore store = new ScriptedStore(new MemorySegmentStore());

    @Override
    SegmentStore store() {
        return store;
    }
}
