package io.mailvane.queue;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;

/** What is shown of messages: read back from their records while they are queued, kept here for a while once they settled. */
final class Details {
    private static final Set<RecordType> SAYS_WHAT_IT_IS = Set.of(RecordType.COMMIT, RecordType.VERDICT);

    private final SegmentLog log;
    private final int keepSettled;
    /** Of all partitions; guarded by itself. */
    private final SequencedMap<QueueId, MessageDetail> settled;

    Details(SegmentLog log, int keepSettled) {
        this(log, keepSettled, new LinkedHashMap<>());
    }

    private Details(SegmentLog log, int keepSettled, SequencedMap<QueueId, MessageDetail> settled) {
        this.log = log;
        this.keepSettled = keepSettled;
        this.settled = settled;
    }

    /** What settles in the other partition is kept among these. */
    Details of(SegmentLog other) {
        return new Details(other, keepSettled, settled);
    }

    Payloads.Commit commit(Placement placement) throws IOException {
        var payload = log.payload(placement.commit(), SAYS_WHAT_IT_IS, placement.commitLength());
        return Payloads.commit(new PayloadReader(payload));
    }

    /** Why it cannot be sent, ever: a part of it was lost; empty of one that is whole. */
    static Optional<String> damage(Placement placement, Payloads.Commit commit) {
        long length = commit.content().length();
        return placement.length() == length
                ? Optional.empty()
                : Optional.of("its content is damaged: of " + length + " octets only the first " + placement.length()
                        + " are left");
    }

    /** The event of a queued message whose records cannot be read. */
    static LogLine unreadable(QueueId id) {
        return LogLine.event("alarm").field("what", "message-unreadable").field("qid", id);
    }

    /** All updates of a message that can still be read, oldest first. */
    List<Payloads.Update> updates(long last) throws IOException {
        Deque<Payloads.Update> updates = new ArrayDeque<>();
        readBack(last, update -> {
            updates.addFirst(update);
            return true;
        });
        return List.copyOf(updates);
    }

    /** From the last update back, until there is none that can be read, or {@code wantsMore} says no. */
    private void readBack(long last, Predicate<Payloads.Update> wantsMore) throws IOException {
        long at = last;
        while (at != Location.NONE && log.find(at).isPresent()) {
            var update = Payloads.update(new PayloadReader(log.payload(at, RecordType.UPDATE)));
            at = wantsMore.test(update) ? update.previous() : Location.NONE;
        }
    }

    /** The last attempt of each of these recipients that has one on record. Reads back until it has them. */
    Map<Integer, Attempt> lastAttempts(Snapshot message, Collection<Integer> recipients) throws IOException {
        var wanted = new HashSet<>(recipients);
        var last = new HashMap<Integer, Attempt>();
        readBack(message.lastUpdate(), update -> {
            move(update.standings(), wanted, last);
            return !wanted.isEmpty();
        });
        if (!wanted.isEmpty()) {
            move(commit(message.placement()).standings(), wanted, last);
        }
        return last;
    }

    private static void move(List<Payloads.Standing> standings, Set<Integer> wanted, Map<Integer, Attempt> last) {
        for (var standing : standings.reversed()) {
            standing.attempt()
                    .filter(attempt -> wanted.remove(attempt.recipient()))
                    .ifPresent(attempt -> last.put(attempt.recipient(), attempt));
        }
    }

    /** How a recipient stands, copied under the index's lock. */
    record Shown(RecipientState state, Instant next) {}

    /** A message as it stands, copied under the index's lock, so that the records can be read without it. */
    record Snapshot(Entry entry, Placement placement, MessageState state, long lastUpdate, List<Shown> recipients) {
        static Snapshot of(Entry entry) {
            var shown = new ArrayList<Shown>(entry.recipients());
            for (int i = 0; i < entry.recipients(); i++) {
                shown.add(new Shown(entry.shown(i), entry.next(i)));
            }
            return new Snapshot(entry, entry.placement, entry.shown(), entry.lastUpdate, List.copyOf(shown));
        }
    }

    /** What its records say, and how it stands. The caller sees to it that they are not reclaimed meanwhile. */
    MessageDetail describe(Snapshot message) throws IOException {
        return describe(message, commit(message.placement()), updates(message.lastUpdate()));
    }

    MessageDetail describe(Snapshot message, Payloads.Commit commit, List<Payloads.Update> updates) {
        var histories = new LinkedHashMap<Integer, History>();
        commit.standings().forEach(s -> history(histories, s.recipient()).add(s));
        updates.forEach(u ->
                u.standings().forEach(s -> history(histories, s.recipient()).add(s)));
        var recipients = new ArrayList<MessageDetail.RecipientDetail>();
        var damage = damage(message.placement(), commit);
        boolean leaves = message.state() == MessageState.ACTIVE || message.state() == MessageState.DEFERRED;
        for (int i = 0; i < message.recipients().size(); i++) {
            var shown = message.recipients().get(i);
            var history = history(histories, i);
            boolean waits =
                    leaves && (shown.state() == RecipientState.ACTIVE || shown.state() == RecipientState.DEFERRED);
            recipients.add(new MessageDetail.RecipientDetail(
                    shown.state(),
                    shown.state().settled() ? history.why : damage.orElse(history.why),
                    waits ? Optional.of(shown.next()) : Optional.empty(),
                    List.copyOf(history.attempts)));
        }
        var entry = message.entry();
        return new MessageDetail(
                entry.id,
                commit.envelope(),
                entry.sentLength,
                message.state(),
                Instant.ofEpochMilli(entry.receivedMillis),
                commit.client(),
                recipients);
    }

    private static final class History {
        private final List<Attempt> attempts = new ArrayList<>(1);
        private String why = "";

        void add(Payloads.Standing standing) {
            why = standing.why();
            standing.attempt().ifPresent(attempts::add);
        }
    }

    private static History history(Map<Integer, History> histories, int recipient) {
        return histories.computeIfAbsent(recipient, r -> new History());
    }

    void keep(MessageDetail detail) {
        synchronized (settled) {
            settled.put(detail.id(), detail);
            if (settled.size() > keepSettled) {
                settled.pollFirstEntry();
            }
        }
    }

    Optional<MessageDetail> settled(QueueId id) {
        synchronized (settled) {
            return Optional.ofNullable(settled.get(id));
        }
    }

    /** Those kept, by ascending id. */
    List<MessageDetail> settled() {
        synchronized (settled) {
            var all = new ArrayList<>(settled.values());
            all.sort(Comparator.comparing(MessageDetail::id));
            return Collections.unmodifiableList(all);
        }
    }

    /** The last {@code count} that settled, newest first. */
    List<MessageDetail> lastSettled(int count) {
        synchronized (settled) {
            return settled.reversed().values().stream().limit(count).toList();
        }
    }
}
