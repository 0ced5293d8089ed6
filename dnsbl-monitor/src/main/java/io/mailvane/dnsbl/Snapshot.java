package io.mailvane.dnsbl;

import io.mailvane.dnsbl.Reputation.AddressCard;
import io.mailvane.dnsbl.Reputation.CellView;
import io.mailvane.dnsbl.Reputation.ListView;
import io.mailvane.dnsbl.Reputation.ReceiverView;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes a {@link Reputation} of what is watched, as of one moment. */
final class Snapshot {
    /** One code of this weight takes an address out: more says no more. */
    private static final double MOST_SCORE = 100;

    private static final int LISTINGS = 5;
    private static final Duration ALARM_AFTER = Duration.ofMinutes(15);

    private final DnsblSettings settings;
    private final CellRules cellRules;
    private final AddressRules addressRules;
    private final Moment now;
    private final Map<ListSlot, Condition> conditions = new HashMap<>();

    /** A list at that moment, told once for all its cells. */
    private record Condition(Overlay hindrance, Map<ControlKind, String> controls) {}

    Snapshot(DnsblSettings settings, CellRules cellRules, AddressRules addressRules, Moment now) {
        this.settings = settings;
        this.cellRules = cellRules;
        this.addressRules = addressRules;
        this.now = now;
    }

    Reputation of(
            String notice,
            Collection<AddressSlot> addresses,
            List<CellSlot> all,
            Collection<ListSlot> lists,
            Function<ListSlot, List<ReceiverView>> receivers,
            ToIntFunction<ListSlot> today) {
        lists.forEach(list -> conditions.put(list, new Condition(list.hindrance(now), list.controls(now))));
        var asked = addresses.stream()
                .map(AddressSlot::address)
                .filter(address -> address.state() != State.RETIRED)
                .map(address -> address.source().address())
                .collect(Collectors.toUnmodifiableSet());
        var cells = all.stream().filter(cell -> asked.contains(cell.address())).toList();
        var cards = addresses.stream().map(this::card).toList();
        return new Reputation(
                now.wall(),
                verdict(addresses, cells),
                notice,
                cards,
                cells.stream().map(this::view).toList(),
                lists.stream()
                        .map(list -> view(list, receivers.apply(list), today.applyAsInt(list)))
                        .toList(),
                alarms(addresses, cells, cells.isEmpty() ? List.of() : lists));
    }

    private AddressCard card(AddressSlot slot) {
        var address = slot.address();
        var standing = addressRules.standing(address, now);
        boolean climbs = address.state() == State.RECOVERING;
        // What lists said of it once is not asked any more.
        boolean isRetired = address.state() == State.RETIRED;
        var cells = isRetired ? List.<CellSlot>of() : slot.cells();
        return new AddressCard(
                address.source().address().toString(),
                standing,
                isRetired ? 0 : Math.min(slot.evidence().score(), MOST_SCORE),
                address.since().wall(),
                climbs ? address.step() + 1 : 0,
                climbs ? addressRules.steps() : 0,
                nextCheck(cells),
                address.source().admitted(),
                address.source().warm(),
                cells.stream()
                        .filter(cell -> cellRules.trust(cell.cell(), now) > 0)
                        .map(cell -> cell.list().list().id())
                        .toList(),
                isRetired || isKnown(slot),
                address.withdrawal(),
                address.state() == State.NEW || address.state() == State.ADMISSION ? slot.checklist() : List.of());
    }

    private boolean isKnown(AddressSlot slot) {
        return slot.isMostlyKnown(cellRules, now);
    }

    private static Optional<Instant> nextCheck(List<CellSlot> cells) {
        return cells.stream()
                .flatMap(cell -> cell.next().stream())
                .map(Moment::wall)
                .min(Instant::compareTo);
    }

    private CellView view(CellSlot slot) {
        var look = new CellSlot.Look(
                slot.cell(),
                slot.next(),
                overlay(slot),
                cellRules.trust(slot.cell(), now),
                condition(slot.list()).controls(),
                slot.granted());
        return slot.view(look, each -> draw(slot, each));
    }

    private CellView draw(CellSlot slot, CellSlot.Look look) {
        var cell = look.cell();
        var last = cell.last();
        return new CellView(
                slot.address().toString(),
                slot.list().list().id(),
                cell.state(),
                look.overlay(),
                counts(slot),
                claim(slot, look.trust()),
                new Reputation.Times(
                        cell.listing()
                                .map(Cell.Listing::since)
                                .orElse(cell.since())
                                .wall(),
                        cell.listing().map(listing -> listing.first().wall()),
                        cell.listing().map(listing -> listing.seen().wall()),
                        last.checked().map(Moment::wall),
                        last.verified().map(Moment::wall),
                        look.granted().map(Moment::wall)),
                new Reputation.Asked(
                        last.query().server(),
                        last.query().mode(),
                        last.query().latency(),
                        last.answer().map(Answer::kind),
                        last.answer().map(Answer::reason).orElse(""),
                        last.answer().flatMap(Answer::ttl)),
                cell.run().map(Cell.Run::counted).orElse(0),
                look.next().map(Moment::wall),
                cell.mute().filter(mute -> look.overlay() == Overlay.MUTED),
                look.controls());
    }

    private static Reputation.Claim claim(CellSlot slot, double trust) {
        var list = slot.list().list();
        var remedy = slot.cell().listing().stream()
                .flatMap(listing -> listing.findings().stream())
                .max(Comparator.comparingDouble(Answer.Finding::weight))
                .map(Answer.Finding::remedy)
                .orElse(list.remedy());
        return new Reputation.Claim(
                codes(slot.cell()),
                AddressSlot.meaning(slot),
                AddressSlot.weight(slot) * trust,
                remedy,
                text(slot.cell()),
                list.delistUrl(slot.address()));
    }

    /** The last answer's words; where it has none, the last known of the listing. */
    private static String text(Cell cell) {
        var known = isFrozen(cell) ? cell.listing().map(Cell.Listing::text) : Optional.<String>empty();
        return cell.last()
                .answer()
                .map(Answer::text)
                .filter(text -> !text.isEmpty())
                .or(() -> known)
                .orElse("");
    }

    /** The last answer's; where it has none, the last known of the listing. */
    private static List<String> codes(Cell cell) {
        var raw = cell.last().answer().map(Answer::codes).orElse(List.of());
        return raw.isEmpty() && isFrozen(cell)
                ? cell.listing().stream()
                        .flatMap(listing -> listing.findings().stream())
                        .map(Answer.Finding::code)
                        .toList()
                : raw;
    }

    /** Nothing was heard that speaks against the listing. */
    private static boolean isFrozen(Cell cell) {
        return cell.state() != CellState.CLEARING;
    }

    private Overlay overlay(CellSlot slot) {
        return cellRules.overlay(slot.cell(), condition(slot.list()).hindrance(), now);
    }

    private Condition condition(ListSlot list) {
        var condition = conditions.get(list);
        if (condition == null) {
            throw new IllegalStateException("every cell's list is watched");
        }
        return condition;
    }

    private ListView view(ListSlot slot, List<ReceiverView> receivers, int today) {
        var list = slot.list();
        return new ListView(
                list.id(),
                list.name(),
                list.zones().values().stream()
                        .map(Zone::toString)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", ")),
                list.group(),
                new Reputation.Weight(list.weight(), settings.routing().counts(list.weight()), receivers),
                slot.state(now),
                slot.mode(),
                list.isKeyed(),
                condition(slot).controls(),
                slot.health().random().at().map(Moment::wall),
                today,
                settings.asking().budget().daily(),
                list.note());
    }

    private Verdict verdict(Collection<AddressSlot> addresses, List<CellSlot> cells) {
        var verified = cells.stream()
                .flatMap(slot -> slot.cell().last().verified().stream())
                .map(Moment::wall)
                .max(Instant::compareTo);
        var staleAt = verified.map(at -> at.plus(cellRules.outdatedAfter())).orElse(now.wall());
        var used = addresses.stream()
                .filter(slot -> !Operation.isOut(slot.address().state()))
                .toList();
        var withdrawn = withdrawn(addresses);
        if (cells.isEmpty() && used.isEmpty()) {
            return new Verdict(
                    "No source address is in use: nothing is monitored" + withdrawn,
                    List.of(),
                    0,
                    Optional.empty(),
                    Verdict.Tone.STALE,
                    verified,
                    now.wall());
        }
        var known = used.stream().filter(this::isKnown).toList();
        boolean any = !known.isEmpty();
        var listings = listings(cells, addresses);
        return new Verdict(
                (used.isEmpty() ? "Nothing leaves by an address of ours" : summary(used.size(), known, cells))
                        + withdrawn,
                listings.stream().limit(LISTINGS).toList(),
                Math.max(0, listings.size() - LISTINGS),
                nextCheck(cells),
                used.isEmpty() ? Verdict.Tone.WARN : any ? tone(used, known, cells, addresses) : Verdict.Tone.STALE,
                verified,
                any || used.isEmpty() ? staleAt : now.wall());
    }

    /** How many no mail leaves from, as an operator said so. */
    private static String withdrawn(Collection<AddressSlot> addresses) {
        var draining = told(count(addresses, State.DRAINING), " being drained by the operator");
        var disabled = told(count(addresses, State.DISABLED), " disabled by the operator");
        return draining + disabled + told(count(addresses, State.RETIRED), " retired");
    }

    private static String told(long count, String what) {
        return count == 0 ? "" : ", " + count + what;
    }

    private static long count(Collection<AddressSlot> addresses, State state) {
        return addresses.stream()
                .filter(slot -> slot.address().state() == state)
                .count();
    }

    /** Of how many, and of those of which it is known. */
    private String summary(int used, List<AddressSlot> known, List<CellSlot> cells) {
        var all = used + (used == 1 ? " address" : " addresses");
        if (known.isEmpty()) {
            return AddressSlot.isEverKnown(cells)
                    ? "What lists say of " + all + " is mostly not known"
                    : "Nothing is known yet of " + all + ": " + expected(cells);
        }
        int unknown = used - known.size();
        return healthy(known) + " of " + all + " healthy"
                + (unknown == 0 ? "" : ", and of " + unknown + " it is mostly not known");
    }

    /** Of lists of which none has answered yet. */
    private String expected(List<CellSlot> cells) {
        if (cells.isEmpty()) {
            return "no list is asked";
        }
        boolean waits =
                nextCheck(cells).filter(next -> next.isAfter(now.wall())).isPresent();
        return waits ? "no list has answered" : "first answers are expected within a minute";
    }

    private long healthy(List<AddressSlot> known) {
        return known.stream().filter(this::isHealthy).count();
    }

    private boolean isHealthy(AddressSlot slot) {
        boolean well = switch (slot.address().state()) {
            case ACTIVE, WARMING, RECOVERING -> true;
            case NEW, ADMISSION, DEGRADED, QUARANTINED, LAST_RESORT, DRAINING, DISABLED, RETIRED -> false;
        };
        return well && slot.evidence().score() < settings.routing().scoreDegraded();
    }

    private List<Verdict.Listing> listings(List<CellSlot> cells, Collection<AddressSlot> addresses) {
        var ailing = addresses.stream()
                .filter(slot -> !isHealthy(slot))
                .map(slot -> slot.address().source().address())
                .collect(Collectors.toSet());
        return cells.stream()
                .filter(slot -> cellRules.trust(slot.cell(), now) > 0 && counts(slot))
                .map(slot -> new Verdict.Listing(
                        ailing.contains(slot.address()) ? listed(slot) : watched(slot),
                        slot.cell()
                                .listing()
                                .map(Cell.Listing::since)
                                .orElse(now)
                                .wall()))
                .toList();
    }

    private String listed(CellSlot slot) {
        boolean isFault = slot.cell()
                .listing()
                .filter(listing -> listing.isConfigFault(settings.routing().scoreDegraded()))
                .isPresent();
        return slot.address() + " listed on " + AddressSlot.name(slot) + (isFault ? AddressSlot.UNCURED + "," : "");
    }

    /** Of an address that is in order all the same. */
    private static String watched(CellSlot slot) {
        return String.format(
                Locale.ROOT,
                "watched: %s on %s (weight %.0f)",
                slot.address(),
                AddressSlot.name(slot),
                AddressSlot.weight(slot));
    }

    private boolean counts(CellSlot slot) {
        return settings.routing().counts(AddressSlot.weight(slot));
    }

    private Verdict.Tone tone(
            List<AddressSlot> used, List<AddressSlot> known, List<CellSlot> cells, Collection<AddressSlot> all) {
        long healthy = healthy(known);
        boolean out = used.stream()
                .map(slot -> slot.address().state())
                .anyMatch(state -> state == State.QUARANTINED || state == State.LAST_RESORT);
        if (out || healthy == 0) {
            return Verdict.Tone.BAD;
        }
        boolean named = cells.stream()
                .anyMatch(slot -> (cellRules.trust(slot.cell(), now) > 0 && counts(slot))
                        || slot.cell().state() == CellState.SUSPECT);
        boolean back = all.stream()
                .map(slot -> slot.address().state())
                // An address may be new for long, and nothing is wrong with it.
                .anyMatch(state -> state != State.ACTIVE && state != State.WARMING && state != State.RETIRED);
        return healthy < used.size() || named || back ? Verdict.Tone.WARN : Verdict.Tone.OK;
    }

    private List<String> alarms(Collection<AddressSlot> addresses, List<CellSlot> cells, Collection<ListSlot> lists) {
        var alarms = new ArrayList<String>();
        addresses.stream()
                .map(AddressSlot::address)
                .filter(address -> address.state() == State.QUARANTINED || address.state() == State.LAST_RESORT)
                .map(address ->
                        address.source().name() + " (" + address.source().address() + ") is " + address.state() + ": "
                                + addressRules.standing(address, now).why())
                .forEach(alarms::add);
        addresses.stream()
                .filter(slot -> !Operation.isOut(slot.address().state()))
                .forEach(slot -> wrongNames(slot)
                        .forEach(wrong -> alarms.add(slot.address().source().name() + ": " + wrong + ".")));
        boolean none = !lists.isEmpty() && lists.stream().allMatch(this::isAiling);
        if (none) {
            alarms.add("No list has given a usable answer for " + Text.span(ALARM_AFTER) + " or longer: " + shown(cells)
                    + " Look at the resolver.");
        }
        lists.stream()
                .filter(list -> list.state(now) == ListState.REFUSED || (isAiling(list) && !none))
                .forEach(list -> alarms.add(list.list().name() + " " + trouble(list, cells)));
        cells.stream()
                .filter(this::isFading)
                .forEach(slot -> alarms.add("The listing of " + slot.address() + " on "
                        + slot.list().list().name() + " could not be verified for long, and counts less."));
        return alarms;
    }

    /** But what the address's own state says already. */
    private Stream<String> wrongNames(AddressSlot slot) {
        var said = addressRules.standing(slot.address(), now).why();
        return slot.names().wrong().stream().filter(wrong -> !said.contains(wrong));
    }

    private boolean isAiling(ListSlot list) {
        return list.health()
                .ailing()
                .map(since -> now.since(since).compareTo(ALARM_AFTER) >= 0)
                .orElse(false);
    }

    private boolean isFading(CellSlot slot) {
        boolean muted = CellRules.isMuted(slot.cell(), now);
        return slot.cell().state().isListed() && !muted && cellRules.trust(slot.cell(), now) < 1;
    }

    private String trouble(ListSlot list, List<CellSlot> all) {
        var cells = all.stream().filter(slot -> slot.list() == list).toList();
        return switch (list.state(now)) {
            case REFUSED -> "refuses to answer us (" + refusal(list, cells) + "): " + shown(cells);
            case BLIND -> "does not show its own test entry: \"not listed\" means nothing there.";
            case LIST_BROKEN -> "lists what it must not: it counts for nothing.";
            case LIST_DEAD -> "has not worked for long: it seems dead.";
            case UNKNOWN, OK -> "does not answer: " + shown(cells);
        };
    }

    private static String shown(List<CellSlot> cells) {
        return AddressSlot.isEverKnown(cells) ? "what is shown is the last known." : "nothing is known yet.";
    }

    private static String refusal(ListSlot list, List<CellSlot> cells) {
        return cells.stream()
                .flatMap(slot -> slot.cell().last().answer().stream())
                .filter(answer -> answer.kind() == AnswerClass.REFUSED)
                .map(Answer::reason)
                .findFirst()
                .orElse(list.health().reason());
    }
}
