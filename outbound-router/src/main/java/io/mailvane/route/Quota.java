package io.mailvane.route;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Recipients that a smarthost was given in the last day, in slots of a quarter of an hour: a slot frees as a whole, a day
 * after its end.
 *
 * <p>That the smarthost itself says it is used up is no word about what we counted: others may use the account, and its day may begin at
 * midnight. One message asks again, at least every hour, and nothing else leaves by it until one was taken.
 *
 * @param most in any day; this node's share of it
 * @param closedUntil the smarthost itself said that it is used up: when it may be asked again; of a message that asks, when it counts as
 *     lost; {@link Instant#MIN}: it takes mail, as far as is known
 */
record Quota(long most, List<Slot> slots, Instant closedUntil) {
    static final Duration DAY = Duration.ofHours(24);
    private static final Duration SLOT = Duration.ofMinutes(15);
    private static final Duration ASKED_EVERY = Duration.ofHours(1);

    /** @param start at a full quarter of an hour */
    record Slot(Instant start, long recipients) {
        Instant frees() {
            return start.plus(SLOT).plus(DAY);
        }
    }

    Quota {
        slots = List.copyOf(slots);
    }

    static Quota of(long most) {
        return new Quota(most, List.of(), Instant.MIN);
    }

    long used(Instant now) {
        long used = 0;
        for (var slot : slots) {
            used += slot.frees().isAfter(now) ? slot.recipients() : 0;
        }
        return used;
    }

    /**
     * Whether {@code recipients} fit, and are of a class that the rest is kept for: from the reserve on bulk mail must not, of the
     * reserve's own last part only urgent mail may.
     */
    boolean has(int recipients, MailClass mailClass, double reserve, Instant now) {
        long used = used(now);
        double below = switch (mailClass) {
            case URGENT -> 1;
            case NORMAL -> 1 - reserve * reserve;
            case BULK -> 1 - reserve;
        };
        return !isShut(now) && used + recipients <= most && used < most * below;
    }

    /** Whether it said that it is used up, and no message was taken since. */
    boolean isClosed() {
        return closedUntil.isAfter(Instant.MIN);
    }

    /** Whether it is not even to be asked. */
    boolean isShut(Instant now) {
        return now.isBefore(closedUntil);
    }

    /** When the oldest of it is forgotten, or it may be asked again. */
    Instant nextFree(Instant now) {
        if (isShut(now) && used(now) < most) {
            return closedUntil;
        }
        var frees = slots.stream()
                .map(Slot::frees)
                .filter(now::isBefore)
                .findFirst()
                .orElse(now.plus(SLOT));
        return frees.isBefore(closedUntil) ? closedUntil : frees;
    }

    Quota counting(long recipients, Instant now) {
        var start = slot(now);
        var kept = kept(now);
        if (!kept.isEmpty() && !kept.getLast().start().isBefore(start)) {
            var last = kept.removeLast();
            kept.add(new Slot(last.start(), last.recipients() + recipients));
        } else {
            kept.add(new Slot(start, recipients));
        }
        return new Quota(most, kept, isClosed() ? now.plus(Breaker.PROBE_LOST) : closedUntil);
    }

    /** Whether a message that was counted may leave: once it said that it is used up, only the one that asks. */
    boolean lets(Permit permit) {
        return !isClosed() || isAskedBy(permit);
    }

    private boolean isAskedBy(Permit permit) {
        return isClosed() && permit.trial().filter(closedUntil::equals).isPresent();
    }

    /** A message was taken: of the one that asks it shows that there is more of the day. */
    Quota accepted(Permit permit) {
        return isAskedBy(permit) ? new Quota(most, slots, Instant.MIN) : this;
    }

    /** The message that was to ask was not tried: another may. */
    Quota unasked(Permit permit, Instant now) {
        return isAskedBy(permit) ? new Quota(most, slots, now) : this;
    }

    private static Instant slot(Instant at) {
        return Instant.ofEpochSecond(at.getEpochSecond() / SLOT.toSeconds() * SLOT.toSeconds());
    }

    private List<Slot> kept(Instant now) {
        var kept = new ArrayList<>(slots);
        kept.removeIf(slot -> !slot.frees().isAfter(now));
        return kept;
    }

    /**
     * The smarthost did not take them. Once nothing counts any more, that it said it is used up is no word about what we gave it, and
     * waits for nothing of ours to be a day old.
     *
     * @param counted when they were
     */
    Quota givingBack(long recipients, Instant counted, Instant now) {
        var start = slot(counted);
        var kept = kept(now);
        for (int i = 0; i < kept.size(); i++) {
            var slot = kept.get(i);
            if (!slot.start().isBefore(start)) {
                kept.set(i, new Slot(slot.start(), Math.max(0, slot.recipients() - recipients)));
                break;
            }
        }
        kept.removeIf(slot -> slot.recipients() == 0);
        var earliest = now.plus(SLOT);
        return new Quota(most, kept, kept.isEmpty() && closedUntil.isAfter(earliest) ? earliest : closedUntil);
    }

    /**
     * The smarthost said that the day's quota is used up. What it is asked just now still counts, and is {@link #givingBack} in a moment.
     */
    Quota closed(Instant now) {
        var counted = kept(now);
        var earliest = now.plus(SLOT);
        var latest = now.plus(ASKED_EVERY);
        var frees = counted.isEmpty() ? earliest : counted.getFirst().frees();
        var again = frees.isBefore(latest) ? frees : latest;
        return new Quota(most, counted, again.isBefore(earliest) ? earliest : again);
    }
}
