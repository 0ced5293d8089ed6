package io.mailvane.appliance.node;

import io.mailvane.storage.Claim;
import io.mailvane.storage.Heartbeat;
import io.mailvane.storage.LeaseStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A store of leases that cannot be listed once, when the test says so; all else is the other's. */
final class UnlistableStore implements LeaseStore {
    private final LeaseStore store;
    private boolean failsNext;

    UnlistableStore(LeaseStore store) {
        this.store = store;
    }

    void failNext() {
        failsNext = true;
    }

    @Override
    public List<String> partitions() throws IOException {
        if (failsNext) {
            failsNext = false;
            throw new IOException("scripted: the volume cannot be listed");
        }
        return store.partitions();
    }

    @Override
    public List<Claim> claims(String partition) throws IOException {
        return store.claims(partition);
    }

    @Override
    public Claim claim(Claim claim) throws IOException {
        return store.claim(claim);
    }

    @Override
    public Optional<Heartbeat> heartbeat(String partition, long epoch) throws IOException {
        return store.heartbeat(partition, epoch);
    }

    @Override
    public void beat(String partition, long epoch, Heartbeat heartbeat) throws IOException {
        store.beat(partition, epoch, heartbeat);
    }

    @Override
    public void forgetBefore(String partition, long epoch) throws IOException {
        store.forgetBefore(partition, epoch);
    }

    @Override
    public void probe(String partition) throws IOException {
        store.probe(partition);
    }
}
