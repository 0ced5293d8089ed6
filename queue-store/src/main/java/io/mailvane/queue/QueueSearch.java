package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds messages, queued or lately settled, by what an operator asks for; reads envelopes from the segments, a page of ids at a time.
 */
final class QueueSearch {
    private static final int PAGE = 256;

    private final Index index;
    private final Details details;

    QueueSearch(Index index, Details details) {
        this.index = index;
        this.details = details;
    }

    /** @param known which ids to look at: what is passed over costs no reading */
    List<MessageDetail> list(QueueFilter filter, Predicate<QueueId> known, Optional<QueueId> after, int limit)
            throws IOException {
        if (filter.state().filter(state -> state == MessageState.SETTLED).isPresent()) {
            return details.settled().stream()
                    .filter(detail -> known.test(detail.id()))
                    .filter(detail -> after.isEmpty() || detail.id().compareTo(after.get()) > 0)
                    .filter(detail -> matches(filter, detail))
                    .limit(limit)
                    .toList();
        }
        var found = new ArrayList<MessageDetail>();
        var from = after;
        while (found.size() < limit) {
            var page = index.ids(from, PAGE);
            if (page.isEmpty()) {
                break;
            }
            addMatching(page.stream().filter(known).toList(), filter, limit, found);
            from = Optional.of(page.getLast());
        }
        return List.copyOf(found);
    }

    private void addMatching(List<QueueId> page, QueueFilter filter, int limit, List<MessageDetail> found)
            throws IOException {
        Predicate<Entry> inState =
                entry -> filter.state().isEmpty() || filter.state().get() == entry.shown();
        for (var id : page) {
            if (found.size() == limit) {
                return;
            }
            if (index.read(id, inState::test).orElse(false)) {
                queued(id).filter(detail -> matches(filter, detail)).ifPresent(found::add);
            }
        }
    }

    /** As {@link MessageQueue#recent}. */
    List<MessageDetail> recent(int count) throws IOException {
        var newest = new ArrayList<>(details.lastSettled(count));
        for (var id : index.newest(count)) {
            queued(id).ifPresent(newest::add);
        }
        newest.sort(Comparator.comparing(MessageDetail::id).reversed());
        return List.copyOf(newest.subList(0, Math.min(count, newest.size())));
    }

    /** As {@link MessageQueue#show}. */
    Optional<MessageDetail> show(QueueId id) throws IOException {
        var queued = queued(id);
        return queued.isPresent() ? queued : details.settled(id);
    }

    private Optional<MessageDetail> queued(QueueId id) throws IOException {
        return read(id, Details::describe);
    }

    /** As {@link MessageQueue#lastAttempts}. */
    List<Attempt> lastAttempts(QueueId id, List<Integer> recipients) throws IOException {
        var tried = index.read(
                        id,
                        entry -> recipients.stream()
                                .filter(recipient -> entry.attempts(recipient) > 0)
                                .toList())
                .orElse(List.of());
        if (tried.isEmpty()) {
            return List.of();
        }
        var last = read(id, (details, message) -> details.lastAttempts(message, tried))
                .orElse(Map.of());
        return tried.stream()
                .flatMap(recipient -> Optional.ofNullable(last.get(recipient)).stream())
                .toList();
    }

    /** As {@link MessageQueue#damage}. */
    Optional<String> damage(QueueId id) throws IOException {
        return read(id, (details, message) -> Details.damage(message.placement(), details.commit(message.placement())))
                .flatMap(damage -> damage);
    }

    private interface Reading<T> {
        T read(Details details, Details.Snapshot message) throws IOException;
    }

    private <T> Optional<T> read(QueueId id, Reading<T> reading) throws IOException {
        var message = index.read(id, entry -> new Pinned(Details.Snapshot.of(entry), pin(entry)));
        if (message.isEmpty()) {
            return Optional.empty();
        }
        try {
            var snapshot = message.get().snapshot();
            return Optional.of(reading.read(snapshot.entry().home().details(), snapshot));
        } finally {
            message.get().segment().ifPresent(Segment::unpin);
        }
    }

    /** A message whose records stay until they were read. */
    private record Pinned(Details.Snapshot snapshot, Optional<Segment> segment) {}

    private Optional<Segment> pin(Entry entry) {
        return entry.home().log().pin(entry.placement.begin());
    }

    private static boolean matches(QueueFilter filter, MessageDetail detail) {
        var envelope = detail.envelope();
        return filter.sender()
                        .map(sender ->
                                sender.equalsIgnoreCase(envelope.reversePath().text()))
                        .orElse(true)
                && filter.recipient()
                        .map(recipient -> envelope.recipients().stream()
                                .anyMatch(r -> r.mailbox().toString().equalsIgnoreCase(recipient)))
                        .orElse(true)
                && filter.domain()
                        .map(domain -> envelope.recipients().stream()
                                .anyMatch(r -> r.mailbox().domain().text().equalsIgnoreCase(domain)))
                        .orElse(true);
    }
}
