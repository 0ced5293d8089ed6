package io.mailvane.dnsbl;

import io.mailvane.dnsbl.Address.Evidence;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceProbe;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A source address as it is watched, with the cells of its public address. One thread. */
final class AddressSlot {
    /** Behind the name of a list that says that the set-up is wrong. */
    static final String UNCURED = ", which no waiting cures";

    private static final int BIG_PROVIDERS = 3;
    private static final Duration STRIKE_AGE = Duration.ofHours(24);

    private final List<CellSlot> cells;
    private final RoutingSettings settings;
    private final NameSlot names;
    private final Map<String, String> faults = new TreeMap<>();
    private final Map<ProviderId, Moment> strikes = new HashMap<>();
    private Address address;
    private Stored.OfAddress written;
    private Evidence evidence = Evidence.NONE;
    private Optional<SourceProbe.Finding> probe = Optional.empty();
    private List<AdmissionItem> checklist = List.of();

    AddressSlot(Address address, List<CellSlot> cells, NameSlot names, RoutingSettings settings) {
        this.names = names;
        this.address = address;
        this.written = Stored.of(address);
        this.cells = List.copyOf(cells);
        this.settings = settings;
    }

    Address address() {
        return address;
    }

    NameSlot names() {
        return names;
    }

    void become(Address after) {
        address = after;
    }

    /** Whether what survives a restart has changed since the last call. */
    boolean takeChanged() {
        var stored = Stored.of(address);
        boolean changed = !stored.equals(written);
        written = stored;
        return changed;
    }

    List<CellSlot> cells() {
        return cells;
    }

    void fault(String kind, String reason) {
        if (reason.isEmpty()) {
            faults.remove(kind);
        } else {
            faults.put(kind, reason);
        }
    }

    /** Of the set-up, by kind. */
    Map<String, String> faults() {
        return faults;
    }

    void probed(SourceProbe.Finding found) {
        probe = Optional.of(found);
    }

    /** The last one; empty: none yet. */
    Optional<SourceProbe.Finding> probe() {
        return probe;
    }

    /** What it is looked at for before its first mail, as it was last gathered; none where that is over. */
    List<AdmissionItem> checklist() {
        return checklist;
    }

    /**
     * Whether so many receivers refuse it that it is more than one receiver's word. They are counted anew then. Only receivers of which
     * some list knows how they go by it: anybody can have three domains.
     */
    boolean struck(ProviderId provider, Moment now) {
        boolean isKnown = cells.stream()
                .anyMatch(slot -> slot.list().list().affinity().providers().containsKey(provider));
        if (!isKnown) {
            return false;
        }
        strikes.values().removeIf(before -> now.since(before).compareTo(STRIKE_AGE) > 0);
        strikes.put(provider, now);
        boolean many = strikes.size() >= BIG_PROVIDERS;
        if (many) {
            strikes.clear();
        }
        return many;
    }

    /** As it was last gathered. */
    Evidence evidence() {
        return evidence;
    }

    Evidence gather(CellRules rules, Moment now) {
        evidence = gathered(rules, now);
        return evidence;
    }

    /** Also while an operator has it out: what he puts back waits where it waited. */
    private boolean isNotAdmitted() {
        var goesOn = Operation.isOut(address.state()) ? address.resume() : address.state();
        return goesOn == State.NEW || goesOn == State.ADMISSION;
    }

    private Evidence gathered(CellRules rules, Moment now) {
        checklist = isNotAdmitted() ? new Checklist(settings, rules, now).of(this) : List.of();
        var parts = new ArrayList<Score.Part>();
        for (var cell : cells) {
            double trust = rules.trust(cell.cell(), now);
            if (trust > 0) {
                var list = cell.list().list();
                parts.add(new Score.Part(
                        list.group(), list.affinity(), cell.list().affinity(), weight(cell), trust));
            }
        }
        var config =
                cells.stream().filter(cell -> isConfigFault(cell, rules, now)).toList();
        var out = cells.stream().filter(cell -> isOut(cell, rules, now)).toList();
        var fault =
                Stream.concat(faults.values().stream(), names.faults().stream()).findFirst();
        return new Evidence(
                Score.raw(parts, settings),
                Score.penalty(parts, settings),
                Score.penalties(parts, settings),
                fault.orElseGet(() -> config.isEmpty() ? names(out) : names(config) + UNCURED),
                fault.isPresent() || !config.isEmpty(),
                cells.stream().anyMatch(this::isSuspect),
                checklist.stream()
                        .filter(AdmissionItem::hinders)
                        .map(AdmissionItem::cure)
                        .toList(),
                why(rules, now));
    }

    /** Of the lists that may do something, or of all if none may: whether most of them say now how the address stands. */
    boolean isMostlyKnown(CellRules rules, Moment now) {
        var heavy = cells.stream()
                .filter(slot -> settings.counts(slot.list().list().weight()))
                .toList();
        var counted = heavy.isEmpty() ? cells : heavy;
        long known = counted.stream()
                .map(slot -> rules.overlay(slot.cell(), slot.list().hindrance(now), now))
                .filter(overlay -> overlay == Overlay.NONE || overlay == Overlay.MUTED)
                .count();
        return known > 0 && known * 2 >= counted.size();
    }

    static double weight(CellSlot slot) {
        double ofList = slot.list().list().weight();
        return slot.cell()
                .listing()
                .map(Cell.Listing::weight)
                .map(weight -> Math.min(weight, ofList))
                .orElse(0.0);
    }

    private boolean isOut(CellSlot slot, CellRules rules, Moment now) {
        return rules.trust(slot.cell(), now) * weight(slot) >= settings.scoreOut();
    }

    private boolean isConfigFault(CellSlot slot, CellRules rules, Moment now) {
        boolean heavy = weight(slot) >= settings.scoreDegraded();
        return heavy
                && rules.trust(slot.cell(), now) == 1
                && slot.cell()
                        .listing()
                        .filter(listing -> listing.isConfigFault(settings.scoreDegraded()))
                        .isPresent();
    }

    private boolean isSuspect(CellSlot slot) {
        return slot.cell().state() == CellState.SUSPECT
                && settings.counts(slot.list().list().weight());
    }

    private String why(CellRules rules, Moment now) {
        var listed =
                cells.stream().filter(slot -> rules.trust(slot.cell(), now) > 0).toList();
        if (!listed.isEmpty()) {
            return names(listed);
        }
        var suspects = cells.stream()
                .filter(slot -> slot.cell().state() == CellState.SUSPECT)
                .map(AddressSlot::name)
                .toList();
        if (!suspects.isEmpty()) {
            return String.join(", ", suspects) + (suspects.size() == 1 ? " names" : " name")
                    + " it, and that waits for its confirmation";
        }
        if (isMostlyKnown(rules, now)) {
            return Evidence.UNNAMED;
        }
        if (cells.isEmpty()) {
            return "no list is asked about it";
        }
        return isEverKnown(cells) ? "no list named it when they last answered" : "no list has answered yet";
    }

    /** Whether an answer ever counted: without one there is no last known state to be shown. */
    static boolean isEverKnown(List<CellSlot> cells) {
        return cells.stream().anyMatch(slot -> slot.cell().last().verified().isPresent());
    }

    private static String names(List<CellSlot> slots) {
        return slots.isEmpty()
                ? ""
                : slots.stream().map(AddressSlot::name).collect(Collectors.joining(", ", "listed on ", ""));
    }

    /** The list, and what it says. */
    static String name(CellSlot slot) {
        var meaning = meaning(slot);
        return slot.list().list().name() + (meaning.isEmpty() || meaning.equals("listed") ? "" : " " + meaning);
    }

    static String meaning(CellSlot slot) {
        var findings = slot.cell()
                .listing()
                .map(Cell.Listing::findings)
                .or(() -> slot.cell().last().answer().map(Answer::findings))
                .orElse(List.of());
        return findings.stream().map(Answer.Finding::meaning).distinct().collect(Collectors.joining(", "));
    }
}
