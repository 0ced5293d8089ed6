package io.mailvane.dnsbl;

import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much each receiver took lately of one source: within a time that is cut in {@value #SLOTS} slots, of which the one under way
 * counts as a whole. Made of totals that only grow; smaller ones have begun anew. Bounded: of too many receivers those that took least
 * are forgotten. One thread.
 */
final class Intake {
    static final int SLOTS = 24;
    /** Receivers. */
    static final int MOST = 2_000;

    private final long slot;
    private final Map<ProviderId, Ring> rings = new HashMap<>();
    /** Empty before the first look: how much of that was taken in the time that counts nobody knows. */
    private Optional<Map<ProviderId, Long>> before = Optional.empty();

    private Map<ProviderId, Long> lately = Map.of();

    Intake(Duration over) {
        this.slot = Math.max(1, over.dividedBy(SLOTS).toNanos());
    }

    private static final class Ring {
        private final long[] counts = new long[SLOTS];
        private long newest;

        private Ring(long newest) {
            this.newest = newest;
        }

        private void turnTo(long number) {
            long passed = Math.min(number - newest, SLOTS);
            for (long each = 1; each <= passed; each++) {
                counts[place(newest + each)] = 0;
            }
            newest = Math.max(newest, number);
        }

        private static int place(long number) {
            return Math.floorMod(number, SLOTS);
        }

        private void add(long number, long messages) {
            turnTo(number);
            counts[place(number)] += messages;
        }

        private long sum(long number) {
            turnTo(number);
            long sum = 0;
            for (long count : counts) {
                sum += count;
            }
            return sum;
        }
    }

    /** @param totals of messages by receiver */
    void look(Map<ProviderId, Long> totals, Moment now) {
        long number = Math.floorDiv(now.nanos(), slot);
        before.ifPresent(known -> totals.forEach((provider, total) -> {
            long last = known.getOrDefault(provider, 0L);
            long more = total < last ? total : total - last;
            if (more > 0) {
                rings.computeIfAbsent(provider, _ -> new Ring(number)).add(number, more);
            }
        }));
        before = Optional.of(Map.copyOf(totals));
        var sums = new HashMap<ProviderId, Long>();
        rings.forEach((provider, ring) -> sums.put(provider, ring.sum(number)));
        sums.values().removeIf(sum -> sum == 0);
        sums.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(Math.max(0, sums.size() - MOST))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(sums::remove);
        rings.keySet().retainAll(sums.keySet());
        lately = sums;
    }

    /** Messages by receiver, as of the last look. */
    Map<ProviderId, Long> lately() {
        return lately;
    }
}
