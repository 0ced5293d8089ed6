package io.mailvane.dnsbl;

import io.mailvane.dnsbl.NameFinding.Kind;
import io.mailvane.dnsbl.NameFinding.Own;
import io.mailvane.dnsbl.NameFinding.Sender;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The names of a source address as they are watched. One thread.
 *
 * <p>Wrong names take an address out, as a receiver's refusal of them would. An {@code admitted} one is taken as its operator says: only
 * names that were once right, and are not any more, take it out; until then they are shown. The SPF record of a domain that sends here takes
 * nothing out: it is often another's to mend, and concerns the mail of that domain alone.
 */
final class NameSlot {
    /** Where nobody answered, or somebody may be mending what is wrong. */
    private static final Duration SOON = Duration.ofMinutes(5);

    private final Source source;
    private final Duration gap;
    private final Duration interval;
    /** In the order in which they are shown. */
    private final Map<Kind, NameStanding> standings = new LinkedHashMap<>();

    private Moment next;
    private boolean out;
    /** Since the start. */
    private boolean looked;

    /**
     * @param gap between two looks that count
     * @param interval between others
     * @param known before a restart
     */
    NameSlot(Source source, Duration gap, Duration interval, Map<Kind, NameStanding> known, Moment now) {
        this.source = source;
        this.gap = gap;
        this.interval = interval;
        this.next = now;
        if (source.helo().isPresent()) {
            Arrays.stream(Own.values()).forEach(kind -> recall(kind, known));
            source.senders().forEach(domain -> recall(new Sender(domain), known));
        }
    }

    private void recall(Kind kind, Map<Kind, NameStanding> known) {
        standings.put(kind, known.getOrDefault(kind, NameStanding.UNKNOWN));
    }

    Source source() {
        return source;
    }

    Map<Kind, NameStanding> standings() {
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
    boolean found(Map<Kind, NameFinding> findings, RandomGenerator random, Moment now) {
        var before = standings();
        findings.forEach((kind, finding) ->
                standings.computeIfPresent(kind, (each, standing) -> standing.after(finding, gap, now)));
        boolean doubtful = standings.values().stream().anyMatch(NameStanding::isDoubtful);
        boolean silent = findings.values().stream().anyMatch(NameFinding.Unknown.class::isInstance);
        boolean wrong = standings.values().stream().anyMatch(NameStanding::isWrong);
        var wait = doubtful ? gap : silent ? SOON : wrong && SOON.compareTo(interval) < 0 ? SOON : interval;
        next = now.plus(wait.plusMillis((long) (wait.toMillis() * 0.1 * random.nextDouble())));
        out = false;
        looked = true;
        return !before.equals(standings);
    }

    /** What takes the address out. */
    List<String> faults() {
        return standings.entrySet().stream()
                .filter(each -> each.getKey() instanceof Own)
                .map(Map.Entry::getValue)
                .filter(each -> each.isRefused() && (each.right() || !source.admitted()))
                .map(NameStanding::reason)
                .toList();
    }

    /** How they stand before its first mail. */
    List<AdmissionItem> admission() {
        return standings.entrySet().stream()
                .map(each -> item(each.getKey(), each.getValue()))
                .toList();
    }

    private AdmissionItem item(Kind kind, NameStanding standing) {
        if (standing.claimed().isPresent()) {
            return AdmissionItem.wrong(kind.item(), standing.reason());
        }
        return standing.right()
                ? AdmissionItem.right(kind.item())
                : AdmissionItem.unknown(kind.item(), whyUnknown(kind));
    }

    private String whyUnknown(Kind kind) {
        if (!looked) {
            return words(kind) + " has not been looked up yet";
        }
        return kind == Own.HELO
                        && standings
                                .getOrDefault(Own.PTR, NameStanding.UNKNOWN)
                                .claimed()
                                .isPresent()
                ? "there is no PTR record that its EHLO name could be held against"
                : "DNS does not answer in time for " + words(kind) + ", or the resolver makes up names";
    }

    private static String words(Kind kind) {
        return switch (kind) {
            case Own.PTR -> "its PTR record";
            case Own.HELO -> "its EHLO name";
            case Own.SPF -> "the SPF record of its EHLO name";
            case Sender(var domain) -> "the SPF record of " + domain;
        };
    }

    /** What is wrong, whether or not it takes the address out. */
    List<String> wrong() {
        return standings.values().stream()
                .filter(NameStanding::isWrong)
                .map(NameStanding::reason)
                .toList();
    }
}
