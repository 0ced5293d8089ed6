package io.mailvane.outbound;

import io.mailvane.mail.QueueId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Recipients that wait because of our addresses: no way was open, or a receiver refused one. Bounded: what is more comes by the retry
 * schedule. Any number of threads.
 */
final class WaitingForRoute {
    private static final int MOST = 200_000;

    private Map<QueueId, Set<Integer>> waiting = new HashMap<>();
    private long view;

    /** By which view of our addresses is decided now: one more each time that all were taken. */
    synchronized long view() {
        return view;
    }

    /**
     * @param since the view by which it was decided that they wait
     * @return false: there is another one by now, and nobody would call them back
     */
    synchronized boolean add(QueueId id, Collection<Integer> recipients, long since) {
        if (since != view) {
            return false;
        }
        if (waiting.size() < MOST || waiting.containsKey(id)) {
            waiting.computeIfAbsent(id, each -> new HashSet<>(2)).addAll(recipients);
        }
        return true;
    }

    /** No longer, or for another reason. */
    synchronized void remove(QueueId id, Collection<Integer> recipients) {
        waiting.computeIfPresent(id, (each, known) -> {
            known.removeAll(recipients);
            return known.isEmpty() ? null : known;
        });
    }

    synchronized int messages() {
        return waiting.size();
    }

    /** All of them; none is left. */
    synchronized Map<QueueId, Set<Integer>> takeAll() {
        var all = waiting;
        waiting = new HashMap<>();
        view++;
        return all;
    }
}
