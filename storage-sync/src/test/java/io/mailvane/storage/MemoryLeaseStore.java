package io.mailvane.storage;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Claims and heartbeats in memory. One thread at a time. */
class MemoryLeaseStore implements LeaseStore {
    private final Map<String, TreeMap<Long, Claim>> claims = new TreeMap<>();
    private final Map<String, TreeMap<Long, Heartbeat>> beats = new TreeMap<>();

    @Override
    public List<String> partitions() {
        return List.copyOf(claims.keySet());
    }

    @Override
    public List<Claim> claims(String partition) throws IOException {
        return List.copyOf(claims.getOrDefault(partition, new TreeMap<>()).values());
    }

    @Override
    public Claim claim(Claim claim) {
        var all = claims.computeIfAbsent(claim.partition(), p -> new TreeMap<>());
        all.putIfAbsent(claim.epoch(), claim);
        return Optional.ofNullable(all.get(claim.epoch())).orElseThrow();
    }

    @Override
    public Optional<Heartbeat> heartbeat(String partition, long epoch) {
        return Optional.ofNullable(
                beats.getOrDefault(partition, new TreeMap<>()).get(epoch));
    }

    @Override
    public void beat(String partition, long epoch, Heartbeat heartbeat) {
        beats.computeIfAbsent(partition, p -> new TreeMap<>()).put(epoch, heartbeat);
    }

    @Override
    public void forgetBefore(String partition, long epoch) throws IOException {
        for (var each : List.of(claims, beats)) {
            var all = each.get(partition);
            if (all != null) {
                all.headMap(epoch).clear();
            }
        }
    }

    @Override
    public void probe(String partition) {
        // Memory can always be written to.
    }
}
