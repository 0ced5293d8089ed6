package io.mailvane.outbound;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.route.MailClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Recipients that wait because of our addresses: no way was open, or a receiver refused one. Bounded: what is more comes by the retry
 * schedule. Any number of threads.
 */
final class WaitingForRoute {
    private static final int MOST = 200_000;

    /** Who was called back and waits again stands behind the others. */
    private final Map<QueueId, Map<Integer, Cause>> waiting = new LinkedHashMap<>();

    private final Map<Reason, Integer> messages = new EnumMap<>(Reason.class);
    private long view;

    /**
     * Why a recipient waits for our addresses, and who would take it.
     *
     * @param mailClass how much waiting it bears
     * @param barred names of the smarthosts by which it may not leave, however open they are
     */
    record Cause(ProviderId provider, Reason reason, MailClass mailClass, Set<String> barred) {
        Cause {
            barred = Set.copyOf(barred);
        }
    }

    /** What of our addresses it is. */
    enum Reason {
        /** No way was open. */
        NO_ROUTE,
        /** A receiver refused them. */
        BLOCK,
        /** A receiver wants less of them, now or lately, or one carries only a part of its mail yet. */
        RATE,
        /** A way is open, and has no room for it just now. */
        TURN
    }

    /** As others read it. */
    static String named(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
            var known = forget(id);
            recipients.forEach(recipient -> known.put(recipient, cause));
            keep(id, known);
        }
        return true;
    }

    /** No longer, or for another reason. */
    synchronized void remove(QueueId id, Collection<Integer> recipients) {
        var known = forget(id);
        known.keySet().removeAll(recipients);
        keep(id, known);
    }

    private Map<Integer, Cause> forget(QueueId id) {
        var known = waiting.remove(id);
        if (known == null) {
            return new HashMap<>(2);
        }
        messages.computeIfPresent(first(known), (reason, count) -> count == 1 ? null : count - 1);
        return known;
    }

    private void keep(QueueId id, Map<Integer, Cause> known) {
        if (!known.isEmpty()) {
            waiting.put(id, known);
            messages.merge(first(known), 1, Integer::sum);
        }
    }

    private static Reason first(Map<Integer, Cause> known) {
        return known.values().stream()
                .map(Cause::reason)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /**
     * How many there are by their first reason, each once; none is absent.
     *
     * @param queued whether one is in the queue still: what expired, or was taken away by an operator, waits no more
     */
    Map<Reason, Integer> messages(Predicate<QueueId> queued) {
        // Whoever delivers waits for this lock: of many that wait the queue is not asked within it.
        var gone = ids().stream().filter(queued.negate()).toList();
        return messagesWithout(gone);
    }

    /** All of them, each once for each provider and class. */
    synchronized List<HeldWatch.Held> held() {
        var all = new ArrayList<HeldWatch.Held>(waiting.size());
        waiting.forEach((id, recipients) -> {
            var received = Instant.ofEpochMilli(id.epochMillis());
            recipients.values().stream()
                    .map(cause -> new HeldWatch.Held(cause.provider(), cause.reason(), cause.mailClass(), received))
                    .distinct()
                    .forEach(all::add);
        });
        return all;
    }

    private synchronized List<QueueId> ids() {
        return new ArrayList<>(waiting.keySet());
    }

    private synchronized Map<Reason, Integer> messagesWithout(List<QueueId> gone) {
        gone.forEach(this::forget);
        return Map.copyOf(messages);
    }

    /** All of them; none is left. */
    synchronized Map<QueueId, Set<Integer>> takeAll() {
        return take(cause -> true, MOST);
    }

    /** Those that wait for a way to {@code provider}. */
    synchronized Map<QueueId, Set<Integer>> takeAll(ProviderId provider) {
        return take(cause -> provider.equals(cause.provider()), MOST);
    }

    /** At most so many messages that may leave by a smarthost, those first that have waited longest. */
    synchronized Map<QueueId, Set<Integer>> takeSome(String smarthost, int most) {
        return take(cause -> !cause.barred().contains(smarthost), most);
    }

    private Map<QueueId, Set<Integer>> take(Predicate<Cause> whose, int most) {
        view++;
        var all = new HashMap<QueueId, Set<Integer>>();
        var each = waiting.entrySet().iterator();
        while (each.hasNext() && all.size() < most) {
            var entry = each.next();
            var those = those(entry.getValue(), whose);
            if (!those.isEmpty()) {
                all.put(entry.getKey(), those);
            }
        }
        all.forEach(this::remove);
        return all;
    }

    private static Set<Integer> those(Map<Integer, Cause> recipients, Predicate<Cause> whose) {
        Set<Integer> those = new HashSet<>(2);
        recipients.forEach((recipient, cause) -> {
            if (whose.test(cause)) {
                those.add(recipient);
            }
        });
        return those;
    }
}
