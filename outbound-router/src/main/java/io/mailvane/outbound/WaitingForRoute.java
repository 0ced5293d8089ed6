package io.mailvane.outbound;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Recipients that wait because of our addresses: no way was open, or a receiver refused one. Bounded: what is more comes by the retry
 * schedule. Any number of threads.
 */
final class WaitingForRoute {
    private static final int MOST = 200_000;

    private final Map<QueueId, Map<Integer, Cause>> waiting = new HashMap<>();
    private long view;

    /** Why a recipient waits for our addresses, and who would take it. */
    record Cause(ProviderId provider, Reason reason) {}

    /** What of our addresses it is. */
    enum Reason {
        /** No way was open. */
        NO_ROUTE,
        /** A receiver refused them. */
        BLOCK,
        /** A receiver wants less of them, now or lately. */
        RATE
    }

    /** By which view of our addresses is decided now: one more each time that some were taken. */
    synchronized long view() {
        return view;
    }

    /**
     * @param since the view by which it was decided that they wait
     * @return false: there is another one by now, and nobody would call them back
     */
    synchronized boolean add(QueueId id, Collection<Integer> recipients, Cause cause, long since) {
        if (since != view) {
            return false;
        }
        if (waiting.size() < MOST || waiting.containsKey(id)) {
            var known = waiting.computeIfAbsent(id, each -> new HashMap<>(2));
            recipients.forEach(recipient -> known.put(recipient, cause));
        }
        return true;
    }

    /** No longer, or for another reason. */
    synchronized void remove(QueueId id, Collection<Integer> recipients) {
        waiting.computeIfPresent(id, (each, known) -> {
            known.keySet().removeAll(recipients);
            return known.isEmpty() ? null : known;
        });
    }

    /**
     * How many there are by their first reason, each once; none is absent.
     *
     * @param queued whether one is in the queue still: what expired, or was taken away by an operator, waits no more
     */
    synchronized Map<Reason, Integer> messages(Predicate<QueueId> queued) {
        waiting.keySet().removeIf(queued.negate());
        var messages = new EnumMap<Reason, Integer>(Reason.class);
        waiting.values()
                .forEach(recipients -> recipients.values().stream()
                        .map(Cause::reason)
                        .min(Comparator.naturalOrder())
                        .ifPresent(reason -> messages.merge(reason, 1, Integer::sum)));
        return messages;
    }

    /** All of them; none is left. */
    synchronized Map<QueueId, Set<Integer>> takeAll() {
        return take(provider -> true);
    }

    /** Those that wait for a way to {@code provider}. */
    synchronized Map<QueueId, Set<Integer>> takeAll(ProviderId provider) {
        return take(provider::equals);
    }

    private Map<QueueId, Set<Integer>> take(Predicate<ProviderId> whose) {
        view++;
        var all = new HashMap<QueueId, Set<Integer>>();
        waiting.forEach((id, recipients) -> taken(recipients, whose).ifPresent(taken -> all.put(id, taken)));
        waiting.values().removeIf(Map::isEmpty);
        return all;
    }

    private static Optional<Set<Integer>> taken(Map<Integer, Cause> recipients, Predicate<ProviderId> whose) {
        Set<Integer> taken = new HashSet<>(2);
        recipients.forEach((recipient, cause) -> {
            if (whose.test(cause.provider())) {
                taken.add(recipient);
            }
        });
        recipients.keySet().removeAll(taken);
        return Optional.of(taken).filter(some -> !some.isEmpty());
    }
}
