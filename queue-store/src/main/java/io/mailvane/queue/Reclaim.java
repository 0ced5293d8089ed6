package io.mailvane.queue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives room back: deletes from the oldest segment on what no message needs, and copies the last messages of an old segment
 * to the end of the log, so that one that is stuck does not keep all that came after it. One thread at a time.
 */
final class Reclaim {
    private static final Logger LOG = LoggerFactory.getLogger(Reclaim.class);
    /** Copying is worth it when what is copied is at most this part of what it keeps. */
    private static final int WORTH = 4;
    /** So many at most at once; the rest of a segment waits for the next time. */
    private static final int MOST = 10_000;

    private final QueueParts parts;
    private final SegmentLog log;
    private final Index index;
    private final Details details;

    Reclaim(QueueParts parts) {
        this.parts = parts;
        this.log = parts.log();
        this.index = parts.index();
        this.details = parts.details();
    }

    /** @return how many segments are gone */
    synchronized int run() throws IOException {
        if (!parts.tenure().holds()) {
            return 0;
        }
        int gone = log.reclaim();
        if (log.isLastUnneeded() && log.writable() && beginNext()) {
            gone += log.reclaim();
        }
        var oldest = log.oldestClosed();
        if (oldest.isPresent() && log.writable() && copyForward(oldest.get())) {
            gone += log.reclaim();
        }
        return gone;
    }

    /** @return false if none can be begun just now: then the last one stays */
    private boolean beginNext() {
        var nothing = new RecordBuffer(log.stamp(), 0);
        try {
            parts.writer().submit(new Write(nothing, Write.Until.APPENDED, List.of(), (segment, base) -> {}));
            return true;
        } catch (QueueUnavailableException e) {
            LOG.debug("no segment can be begun after the last one", e);
            return false;
        }
    }

    private boolean copyForward(Segment oldest) throws IOException {
        if (oldest.pins() > MOST) {
            return false;
        }
        var live = index.beginningIn(log, oldest);
        long octets = live.stream().mapToLong(entry -> entry.sentLength).sum();
        if (octets > log.closedOctets() / WORTH) {
            return false;
        }
        for (var entry : live) {
            copy(entry);
        }
        return true;
    }

    /** Nobody may deliver it meanwhile; one that is being delivered, or cannot be read, stays for this time. */
    private void copy(Entry entry) throws IOException {
        synchronized (entry) {
            var claimed = index.claimIdle(entry);
            if (claimed.isEmpty()) {
                return;
            }
            try {
                copyClaimed(entry);
            } catch (QueueUnavailableException e) {
                throw new IOException("message " + entry.id + " could not be copied forward", e);
            } catch (IOException e) {
                LOG.error("{}", Details.unreadable(entry.id), e);
            } finally {
                index.release(entry, claimed);
            }
        }
    }

    private void copyClaimed(Entry entry) throws IOException, QueueUnavailableException {
        var snapshot = index.read(entry.id, Details.Snapshot::of);
        if (snapshot.isEmpty()) {
            return;
        }
        var old = snapshot.get().placement();
        var commit = details.commit(old);
        var received = Instant.ofEpochMilli(entry.receivedMillis);
        var copying = new MessageCopy(parts);
        try (var copy = new IncomingMessage(entry.id, received, commit.client(), parts)) {
            copying.content(old, copy);
            copy.commit(
                    copying.commit(entry, commit), (placement, bound) -> index.change(entry, e -> e.copied(placement)));
        }
        log.find(old.begin()).ifPresent(Segment::unpin);
    }
}
