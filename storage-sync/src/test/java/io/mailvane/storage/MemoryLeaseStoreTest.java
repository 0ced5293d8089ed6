package io.mailvane.storage;

class MemoryLeaseStoreTest implements LeaseStoreContract {
    private final LeaseStore store = new MemoryLeaseStore();

    @Override
    public LeaseStore store() {
        return store;
    }

    /** Its users take turns. */
    @Override
    public void tellsAllWhoClaimAtOnceTheSame() {}
}
