package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The names of a source address as they are watched. One thread.
 *
 * <p>Wrong names take an address out, as a receiver's refusal of them would. An {@code admitted} one is taken as its operator says: only
 * names that were once right, and are not any more, take it out; until then they are shown.
 */
final class NameSlot {
    private static final Duration AFTER_NO_ANSWER = Duration.ofMinutes(5);

    private final Source source;
    private final Duration gap;
    private final Duration interval;
    private final Map<NameFinding.Kind, NameStanding> standings = new EnumMap<>(NameFinding.Kind.class);
    private Moment next;
    private boolean out;

    /**
     * @param gap between two looks that count
     * @param interval between others
     * @param known before a restart
     */
    NameSlot(Source source, Duration gap, Duration interval, Map<NameFinding.Kind, NameStanding> known, Moment now) {
        this.source = source;
        this.gap = gap;
        this.interval = interval;
        this.next = now;
        if (source.helo().isPresent()) {
            for (var kind : NameFinding.Kind.values()) {
                standings.put(kind, known.getOrDefault(kind, NameStanding.UNKNOWN));
            }
        }
    }

    Source source() {
        return source;
    }

    Map<NameFinding.Kind, NameStanding> standings() {
        return Map.copyOf(standings);
    }

    boolean isDue(Moment now) {
        return !out && !standings.isEmpty() && !now.isBefore(next);
    }

    /** When they are looked at again; empty while they are, or if they never are. */
    Optional<Moment> next() {
        return out || standings.isEmpty() ? Optional.empty() : Optional.of(next);
    }

    /** They are being looked at. */
    void ask() {
        out = true;
    }

    /** @return whether something differs that survives a restart */
    boolean found(Map<NameFinding.Kind, NameFinding> findings, RandomGenerator random, Moment now) {
        var before = standings();
        findings.forEach((kind, finding) ->
                standings.computeIfPresent(kind, (each, standing) -> standing.after(finding, gap, now)));
        boolean doubtful = standings.values().stream().anyMatch(NameStanding::isDoubtful);
        boolean silent = findings.values().stream().anyMatch(NameFinding.Unknown.class::isInstance);
        var wait = doubtful ? gap : silent ? AFTER_NO_ANSWER : interval;
        next = now.plus(wait.plusMillis((long) (wait.toMillis() * 0.1 * random.nextDouble())));
        out = false;
        return !before.equals(standings);
    }

    /** What takes the address out. */
    List<String> faults() {
        return standings.values().stream()
                .filter(each -> each.isWrong() && (each.right() || !source.admitted()))
                .map(NameStanding::claimed)
                .toList();
    }

    /** What hinders its first mail. */
    List<String> admission() {
        var items = new ArrayList<String>();
        standings.forEach((kind, standing) -> {
            if (!standing.claimed().isEmpty()) {
                items.add(standing.claimed());
            } else if (!standing.right()) {
                items.add("its " + (kind == NameFinding.Kind.PTR ? "PTR record" : "EHLO name")
                        + " has not been looked up yet");
            }
        });
        return items;
    }

    /** What is wrong, whether or not it takes the address out. */
    List<String> wrong() {
        return standings.values().stream()
                .filter(NameStanding::isWrong)
                .map(NameStanding::claimed)
                .toList();
    }
}
