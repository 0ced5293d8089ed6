package io.mailvane.appliance.node;

import io.mailvane.appliance.web.PartitionStatus;
import io.mailvane.appliance.web.Takeovers;
import io.mailvane.mail.LogLine;
import io.mailvane.queue.Adoption;
import io.mailvane.queue.LaterFormatException;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.SegmentStore;
import io.mailvane.queue.Tenure;
import io.mailvane.storage.Heartbeat;
import io.mailvane.storage.HeldLease;
import io.mailvane.storage.Leases;
import io.mailvane.storage.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions of other owners that this node goes on with. Any number of threads. */
final class Adoptions {
    private static final Logger LOG = LoggerFactory.getLogger(Adoptions.class);
    /**
     * An owner of which nobody can prove that it ended is taken as gone when it wrote nothing for so long. One that wakes yet says no 250,
     * and was under way with no delivery for as long: at worst the outcome of one that it had begun is lost, of a message in doubt anyhow.
     */
    private static final Duration GONE_FOR_GOOD = Duration.ofHours(1);
    /** What a former owner wrote is read again after so many times what the last reading took. */
    private static final int REST = 10;

    private static final double MILLIS = 1000;

    private final Segments segments;
    private final String node;
    private final Leases leases;
    private final long termNanos;
    private final LongSupplier ticker;
    private final List<Adopted> adopted = new CopyOnWriteArrayList<>();
    /** Before when a partition is not looked at again. */
    private final Map<String, Long> notBefore = new ConcurrentHashMap<>();
    /** Partitions that only a later version can read. */
    private final Set<String> beyondUs = ConcurrentHashMap.newKeySet();

    private final PastAdoptions past = new PastAdoptions();
    private boolean isOver;

    /** Where the segments of a partition are. */
    interface Segments {
        SegmentStore of(String partition) throws IOException;
    }

    /** @param ticker that of the leases */
    Adoptions(String node, Leases leases, Segments segments, Duration term, LongSupplier ticker) {
        this.segments = segments;
        this.node = node;
        this.leases = leases;
        this.termNanos = term.toNanos();
        this.ticker = ticker;
    }

    /** One that this node goes on with. */
    private record Adopted(HeldLease lease, Adoption adoption, String from, Instant at, double seconds) {
        PartitionStatus.Adopted status() {
            return new PartitionStatus.Adopted(from, at, adoption.messages(), adoption.inDoubt(), seconds);
        }

        String partition() {
            return lease.partition();
        }
    }

    List<PartitionStatus> status() {
        return adopted.stream()
                .map(each -> Partitions.status(node, each.lease().lease(), Optional.of(each.status())))
                .toList();
    }

    /** Since this node began. */
    Takeovers takeovers() {
        return past.takeovers();
    }

    List<HeldLease> leases() {
        return adopted.stream().map(Adopted::lease).toList();
    }

    /**
     * Looks at the volume, goes on with partitions that their owners lost, and reads what former owners still wrote. To be called every
     * second or so. What is wrong with one partition keeps no other from its turn.
     *
     * @throws IOException if the volume cannot be read
     */
    synchronized void watch(MessageQueue queue) throws IOException {
        for (var standing : leases.look()) {
            if (isTime(standing.partition()) && !isOver && leases.mayAdopt(standing)) {
                adopt(queue, standing);
            }
        }
        for (var each : adopted) {
            try {
                follow(each);
            } catch (IOException e) {
                rest(each.partition(), termNanos);
                alarm(LogLine.event("alarm").field("what", "partition-unreadable"), each.partition(), e);
            }
        }
    }

    private boolean isTime(String partition) {
        var at = notBefore.get(partition);
        return !beyondUs.contains(partition) && (at == null || ticker.getAsLong() - at >= 0);
    }

    private void rest(String partition, long nanos) {
        notBefore.put(partition, ticker.getAsLong() + nanos);
    }

    /** What has no words of its own is named: an empty reason helps nobody. */
    private static String reason(Exception cause) {
        var words = cause.getMessage();
        return words == null || words.isBlank() ? cause.toString() : words;
    }

    private static void alarm(LogLine what, String partition, Exception cause) {
        LOG.error("{}", what.field("partition", partition).field("reason", reason(cause)), cause);
    }

    /**
     * Adopts a partition without waiting for the rest of the term: the operator knows that its owner is dead.
     *
     * @param name of the partition, or of the node whose it is
     * @return why not; empty if it is adopted
     * @throws IOException if the volume cannot be read
     */
    synchronized Optional<String> adoptNow(MessageQueue queue, String name) throws IOException {
        var named = leases.look().stream()
                .filter(each -> each.partition().equals(name)
                        || Partitions.nodeOf(each.partition()).equals(name))
                .toList();
        if (named.isEmpty()) {
            return Optional.of(
                    leases.isFinished(name)
                            ? "nothing is left in partition " + name
                            : "there is no partition " + name + " on this volume");
        }
        if (isOver) {
            return Optional.of(Life.STOPPING);
        }
        var standing = named.stream().filter(leases::isAnothers).findFirst();
        if (standing.isEmpty()) {
            return Optional.of("partition " + name + " is this node's already");
        }
        if (!leases.isSilent(standing.get())) {
            var owner = standing.get().claim().node();
            return Optional.of("its owner " + owner + " lives: its heartbeat was seen a moment ago");
        }
        return adopt(queue, standing.get());
    }

    /** @return why not; empty if it is adopted */
    private Optional<String> adopt(MessageQueue queue, Standing standing) {
        var partition = standing.partition();
        try {
            var taken = leases.adopt(standing);
            if (taken.isEmpty()) {
                return Optional.of("another node takes partition " + partition);
            }
            goOn(queue, standing, taken.get());
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            if (e instanceof LaterFormatException) {
                beyondUs.add(partition);
            }
            rest(partition, termNanos);
            alarm(LogLine.event("alarm").field("what", "not-adopted"), partition, e);
            return Optional.of("partition " + partition + " is not adopted: " + reason(e));
        }
    }

    private void goOn(MessageQueue queue, Standing standing, HeldLease lease) throws IOException {
        long began = ticker.getAsLong();
        boolean isAdopted = false;
        try {
            var adoption = queue.adopt(
                    segments.of(lease.partition()),
                    Partitions.nodeOf(lease.partition()),
                    new Tenure(lease::lease, ticker),
                    standing.isInOrder() ? Adoption.Ending.IN_ORDER : Adoption.Ending.UNKNOWN);
            double seconds = Duration.ofNanos(ticker.getAsLong() - began).toMillis() / MILLIS;
            var done = new Adopted(lease, adoption, standing.claim().node(), Instant.now(), seconds);
            // From here on the queue has it: whatever fails now, it is gone on with for as long as its lease is
            // renewed.
            isAdopted = true;
            adopted.add(done);
            if (!isOurs(lease)) {
                adopted.remove(done);
                throw new IOException("the lease on it was lost while it was read");
            }
            past.add(lease.partition(), lease.lease().epoch(), done::status);
            log("adopted", done);
        } finally {
            if (!isAdopted) {
                giveBack(lease);
            }
        }
    }

    /**
     * A process that slept while it read is told no success: another may have the partition. What was read stays with the queue, which
     * does nothing by it; its keeper finds out as well, and the node begins anew. Where the volume cannot be listed just then, the lease
     * alone tells.
     */
    private boolean isOurs(HeldLease lease) {
        return isClaimedByUs(lease) && lease.holds();
    }

    private boolean isClaimedByUs(HeldLease lease) {
        try {
            return leases.look().stream()
                    .filter(each -> each.partition().equals(lease.partition()))
                    .allMatch(each -> each.claim().epoch() == lease.lease().epoch());
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("who claimed partition {} cannot be seen", lease.partition(), e);
            return true;
        }
    }

    /** Nobody acts for it, so nobody may believe that this node does, nor that it was ended in order. */
    private void giveBack(HeldLease lease) {
        try {
            leases.release(lease, Heartbeat.State.ABANDONED);
        } catch (IOException e) {
            // It is not renewed any more either, so others have it after a term.
            LOG.debug("partition {} could not be given back", lease.partition(), e);
        }
    }

    private static void log(String state, Adopted one) {
        LOG.info(
                "{}",
                Partitions.line(state, one.lease().lease())
                        .field("from", one.from())
                        .field("messages", one.adoption().messages())
                        .field("in-doubt", one.adoption().inDoubt())
                        .seconds("took", Duration.ofMillis((long) (one.seconds() * MILLIS))));
    }

    private void follow(Adopted one) throws IOException {
        if (!one.adoption().hasOwnerEnded()) {
            catchUp(one);
        }
        if (one.adoption().isFinished()) {
            one.adoption().finish();
            adopted.remove(one);
            leases.release(one.lease(), Heartbeat.State.FINISHED);
            past.finished(one.partition(), one.lease().lease().epoch(), Instant.now());
            log("finished", one);
        }
    }

    /** In this order: what is read after its former owners have surely ended is all that there is. */
    private void catchUp(Adopted one) throws IOException {
        boolean haveEnded =
                leases.haveEnded(one.partition()) || one.adoption().quietFor().compareTo(GONE_FOR_GOOD) > 0;
        if (!haveEnded && !isTime(one.partition())) {
            return;
        }
        long began = ticker.getAsLong();
        if (one.adoption().catchUp() > 0) {
            log("found-more", one);
        }
        rest(one.partition(), REST * (ticker.getAsLong() - began));
        if (haveEnded) {
            one.adoption().ownerHasEnded();
        }
    }

    /** As {@link MessageQueue#reclaim}, of all. */
    synchronized void reclaim() throws IOException {
        for (var each : adopted) {
            each.adoption().reclaim();
        }
    }

    /** From now on nothing is adopted; returns when what was being adopted is. */
    synchronized void end() {
        isOver = true;
    }
}
