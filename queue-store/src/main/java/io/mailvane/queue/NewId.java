package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Gives a message an id of its own where another message has the same: it is copied under the new one, and the old one is settled with
 * that, so that one of them counts whatever happens in between. One thread; nobody else sees the message yet.
 */
record NewId(QueueParts parts) {
    /**
     * Returns after it is forced, with the message as it goes on; its segment is pinned.
     *
     * @throws IOException if it cannot be read: it stays as it is
     * @throws QueueUnavailableException if it cannot be written
     */
    Entry give(Entry entry) throws IOException, QueueUnavailableException {
        var id = parts.ids().next();
        var copying = new MessageCopy(parts);
        var commit = parts.details().commit(entry.placement);
        var received = Instant.ofEpochMilli(entry.receivedMillis);
        var copied = new ArrayList<Entry>(1);
        try (var copy = new IncomingMessage(id, received, commit.client(), parts)) {
            copying.content(entry.placement, copy);
            copy.commitWith(
                    copying.commit(entry, commit),
                    new IncomingMessage.Joined(
                            entry.id, new Payloads.Update(entry.lastUpdate, entry.base, gone(entry, id))),
                    (placement, bound) -> copied.add(new Entry(id, received, placement, bound)));
        }
        return copied.getFirst();
    }

    private List<Payloads.Standing> gone(Entry entry, QueueId id) {
        var now = parts.clock().instant();
        var why = "another message has this queue id: goes on as " + id;
        return IntStream.range(0, entry.recipients())
                .filter(recipient -> !entry.state(recipient).settled())
                .mapToObj(recipient -> new Payloads.Standing(
                        recipient, RecipientState.DELETED, entry.attempts(recipient), now, why, Optional.empty()))
                .toList();
    }
}
