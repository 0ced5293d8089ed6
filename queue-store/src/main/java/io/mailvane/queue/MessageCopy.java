package io.mailvane.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** What a queued message needs to be written once more to the end of its partition. One thread. */
record MessageCopy(QueueParts parts) {
    /** Of a recipient's past attempts so many go along. */
    private static final int MOST_HISTORY = 20;
    /** And so many of all: a record has an end. */
    private static final int MOST_STANDINGS = 2000;

    /** Writes the chunks that lie there; of a message that lost some those that are left, and its COMMIT still says how long it was. */
    void content(Placement from, IncomingMessage to) throws IOException, QueueUnavailableException {
        for (int i = 0; i < from.chunks().length; i++) {
            var chunk = parts.log().payload(from.chunks()[i], RecordType.CHUNK, from.chunkLengths()[i]);
            var octets = new byte[chunk.remaining()];
            chunk.get(octets);
            to.write(octets, 0, octets.length);
        }
    }

    /** The same message as it stands: with the history in the order it happened, then where each recipient stands. Never empty, which marks a copy. */
    Payloads.Commit commit(Entry entry, Payloads.Commit commit) throws IOException {
        var past = new ArrayList<>(commit.standings());
        parts.details().updates(entry.lastUpdate).forEach(update -> past.addAll(update.standings()));
        int most = Math.min(MOST_STANDINGS, MOST_HISTORY * entry.recipients());
        var kept = past.subList(Math.max(0, past.size() - most), past.size());
        var standings = new ArrayList<>(kept);
        var spoken = new HashSet<Integer>();
        kept.forEach(standing -> spoken.add(standing.recipient()));
        for (int i = 0; i < entry.recipients(); i++) {
            if (!spoken.contains(i)) {
                standings.add(standing(entry, i));
            }
        }
        return commit.at(entry.base, List.copyOf(standings));
    }

    private static Payloads.Standing standing(Entry entry, int recipient) {
        return new Payloads.Standing(
                recipient,
                entry.state(recipient),
                entry.attempts(recipient),
                entry.next(recipient),
                "",
                Optional.empty());
    }
}
