package io.mailvane.dnsbl;

import io.mailvane.mail.SourceProbe;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Knows the source addresses, and says what the cells, their names and whoever watches the set-up make of them. Each leans on the others:
 * whether one may go depends on whether another is left. One thread.
 */
final class AddressJudge {
    /** How often an address is judged of which nothing was heard: time alone changes it slowly. */
    private static final Duration JUDGE_GAP = Duration.ofSeconds(1);

    /** How often it is looked whether those sent that are forgotten when they do not: what is asked seldom is not counted. */
    private static final Duration TOTALS_GAP = Duration.ofMinutes(1);

    private final CellRules cellRules;
    private final AddressRules rules;
    private final BooleanSupplier otherRoute;
    private final Journal journal;
    /** By source. */
    private final Map<String, AddressSlot> addresses = new LinkedHashMap<>();
    /** The addresses of which something was heard since they were judged. */
    private final Set<IpAddress> heardOf = new HashSet<>();

    /** How many messages were taken of each source, as of the last look. */
    private final Map<String, Long> totals = new HashMap<>();

    private Moment allJudged;
    private Optional<Moment> totalsSeen = Optional.empty();
    private boolean ordered;

    /** @param otherRoute whether mail has a way out that is no address of ours */
    AddressJudge(CellRules cellRules, AddressRules rules, BooleanSupplier otherRoute, Journal journal, Moment now) {
        this.cellRules = cellRules;
        this.rules = rules;
        this.otherRoute = otherRoute;
        this.journal = journal;
        this.allJudged = now;
    }

    void watch(AddressSlot slot) {
        addresses.put(slot.address().source().name(), slot);
    }

    Optional<AddressSlot> slot(String source) {
        return Optional.ofNullable(addresses.get(source));
    }

    Collection<AddressSlot> slots() {
        return addresses.values();
    }

    /** Whether lists are asked about it. */
    boolean isAsked(IpAddress address) {
        return addresses.values().stream()
                .map(AddressSlot::address)
                .anyMatch(each -> each.source().address().equals(address) && each.state() != State.RETIRED);
    }

    private List<NameSlot> namesInUse() {
        return addresses.values().stream()
                .filter(slot -> slot.address().state() != State.RETIRED)
                .map(AddressSlot::names)
                .toList();
    }

    /** The sources of which the names are to be looked up now. */
    List<Source> dueNames(Moment now) {
        var due = namesInUse().stream().filter(names -> names.isDue(now)).toList();
        due.forEach(NameSlot::ask);
        return due.stream().map(NameSlot::source).toList();
    }

    /** When the names of one may be due, if that is before {@code latest}. */
    Moment nextNames(Moment latest) {
        var next = latest;
        for (var names : namesInUse()) {
            next = names.next().filter(next::isAfter).orElse(next);
        }
        return next;
    }

    /** What a look at a source's names gave. */
    void named(Source source, Map<NameFinding.Kind, NameFinding> findings, RandomGenerator random, Moment now) {
        var slot = addresses.get(source.name());
        if (slot != null) {
            if (slot.names().found(findings, random, now)) {
                journal.touched(slot.names());
            }
            // Also where nothing was found: that they were looked up is shown.
            judgeAll(now);
        }
    }

    /**
     * What lists say of it by now counts at once: one that is named does not leave a message first.
     *
     * @return empty if there is no such source
     */
    Optional<Operated> operate(String source, OperatorOrder order, Moment now) {
        return slot(source).map(slot -> operate(slot, order, now));
    }

    private Operated operate(AddressSlot slot, OperatorOrder order, Moment now) {
        var before = slot.address();
        var known = before.judgedBy(slot.gather(cellRules, now));
        slot.become(rules.operated(known, order, hasOtherRoute(slot), now));
        var effect = Operated.Effect.of(known, slot.address(), order);
        ordered = true;
        journal.operated(slot, before, rules.words().ordered(slot.address(), order, now), now);
        judgeAll(now);
        return new Operated(effect, slot.address().state(), isAlone(slot));
    }

    /** Whether no other address may send. */
    private boolean isAlone(AddressSlot slot) {
        return addresses.values().stream()
                .noneMatch(other -> other != slot && other.address().state().maySend());
    }

    /** Nothing is under way by it any more. */
    void drained(String source, Moment now) {
        slot(source).ifPresent(slot -> {
            var before = slot.address();
            slot.become(rules.drained(before, now));
            var why = "nothing is under way by it any more; " + rules.words().cause(before, slot.address(), now);
            journal.address(slot, before, why, now);
        });
    }

    private boolean isAnyOver(Moment now) {
        return addresses.values().stream()
                .flatMap(slot -> slot.address().withdrawal().stream())
                .anyMatch(word -> word.isOver(now.wall()));
    }

    /** When an operator's word on one ends, if that is before {@code latest}. */
    Moment nextEnd(Moment latest, Moment now) {
        return addresses.values().stream()
                .flatMap(slot -> slot.address().withdrawal().flatMap(Withdrawal::until).stream())
                .map(now::at)
                .filter(end -> end.isBefore(latest))
                .min((one, other) -> one.isBefore(other) ? -1 : 1)
                .orElse(latest);
    }

    /** @param reason "" if the fault is mended */
    void configFault(String source, String kind, String reason, Moment now) {
        var slot = addresses.get(source);
        if (slot != null) {
            slot.fault(kind, reason);
            judgeAll(now);
        }
    }

    /**
     * Receivers know it now.
     *
     * @param why one sentence
     */
    void warmed(String source, String why, Moment now) {
        var slot = addresses.get(source);
        if (slot != null) {
            var before = slot.address();
            slot.become(rules.warmed(before, now));
            journal.warmed(slot, before, why, now);
        }
    }

    void probed(String source, SourceProbe.Finding probe, Moment now) {
        var slot = addresses.get(source);
        if (slot != null) {
            slot.probed(probe);
            judgeAll(now);
        }
    }

    /** The sources of which it is to be told now how much was taken: those that are forgotten when they send nothing. */
    List<String> dueTotals(Moment now) {
        if (totalsSeen.filter(seen -> now.since(seen).compareTo(TOTALS_GAP) < 0).isPresent()) {
            return List.of();
        }
        totalsSeen = Optional.of(now);
        return addresses.values().stream()
                .map(AddressSlot::address)
                .filter(address ->
                        address.state().maySend() && !address.source().warm())
                .map(address -> address.source().name())
                .toList();
    }

    /** @param total of messages, which grows while it sends, or begins anew */
    void took(String source, long total, Moment now) {
        long before = Optional.ofNullable(totals.put(source, total)).orElse(0L);
        if (total > 0 && total != before) {
            slot(source).ifPresent(slot -> slot.become(slot.address().sentAt(now)));
        }
    }

    /** Receivers, of several providers, refuse it. */
    void struck(AddressSlot slot, Moment now) {
        slot.become(rules.struck(slot.address(), now));
    }

    void heardOf(IpAddress address) {
        heardOf.add(address);
    }

    /** Those of which something was heard; all, if that changes one, since each leans on the others, or if it is long ago. */
    void judgeWhatMayDiffer(Moment now) {
        boolean all = now.since(allJudged).compareTo(JUDGE_GAP) >= 0 || isAnyOver(now);
        for (var slot : addresses.values()) {
            all |= heardOf.contains(slot.address().source().address()) && judge(slot, now);
        }
        heardOf.clear();
        if (all) {
            judgeAll(now);
        }
    }

    /**
     * Before all is told that speaks against them: what was known weighs, but none that fell from use, or was taken out, comes back only
     * because nobody has said yet what is wrong with it.
     */
    void judgeLastKnown(Moment now) {
        for (var slot : addresses.values()) {
            if (slot.address().isFallen() || slot.address().withdrawal().isPresent()) {
                slot.become(slot.address().judgedBy(slot.gather(cellRules, now)));
            } else {
                judge(slot, now);
            }
        }
    }

    void judgeAll(Moment now) {
        addresses.values().forEach(slot -> judge(slot, now));
        heardOf.clear();
        allJudged = now;
    }

    /** @return whether it stands otherwise than before */
    private boolean judge(AddressSlot slot, Moment now) {
        var before = slot.address();
        var evidence = slot.gather(cellRules, now);
        slot.become(rules.judged(before, evidence, hasOtherRoute(slot), now));
        journal.address(slot, before, rules.words().cause(before, slot.address(), now), now);
        return slot.address().state() != before.state();
    }

    private boolean hasOtherRoute(AddressSlot slot) {
        return otherRoute.getAsBoolean()
                || addresses.values().stream()
                        .filter(other -> other != slot)
                        .map(other -> other.address().state())
                        .anyMatch(state -> state.maySend() && state != State.LAST_RESORT);
    }

    /** @see Judge#takeOrdered */
    boolean takeOrdered() {
        boolean taken = ordered;
        ordered = false;
        return taken;
    }

    /** Those that are to be written down. */
    List<Address> takeChanged() {
        return addresses.values().stream()
                .filter(AddressSlot::takeChanged)
                .map(AddressSlot::address)
                .toList();
    }
}
