package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.HistoryEvent.Kind;
import io.mailvane.dnsbl.ListState;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.Reputation.AddressCard;
import io.mailvane.dnsbl.Reputation.CellView;
import io.mailvane.dnsbl.Reputation.ListView;
import io.mailvane.mail.SourceStanding.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the strips of the last 24 hours of what happened, so that each ends as its card or cell looks now: what is not known is never shown
 * as what it was.
 */
final class Strips {
    /** What a list's state makes of its cells. */
    private static final Map<String, String> HIDING = Map.of(
            ListState.UNKNOWN.name(), Overlay.UNKNOWN.toString(),
            ListState.REFUSED.name(), Overlay.REFUSED.toString(),
            ListState.BLIND.name(), Overlay.BLIND.toString(),
            ListState.LIST_BROKEN.name(), Overlay.BROKEN.toString(),
            ListState.LIST_DEAD.name(), Overlay.DEAD.toString());

    private static final Set<String> CLAIMS = Stream.of(CellState.values())
            .filter(state -> state != CellState.NONE)
            .map(CellState::name)
            .collect(Collectors.toUnmodifiableSet());

    private final Instant begin;
    /** By kind, subject and object, oldest first. */
    private final Map<String, List<EventAnswer>> events = new HashMap<>();

    private final Set<String> counting;

    private Strips(Reputation reputation, List<EventAnswer> newestFirst, Instant begin) {
        this.begin = begin;
        newestFirst
                .reversed()
                .forEach(event -> events.computeIfAbsent(
                                key(event.kind(), event.subject(), event.object()), _ -> new ArrayList<>())
                        .add(event));
        this.counting = reputation.lists().stream()
                .filter(ListView::counts)
                .map(ListView::id)
                .collect(Collectors.toSet());
    }

    /**
     * Of every address and every cell.
     *
     * @param newestFirst the events of addresses, cells and lists since {@code begin}
     */
    static List<Strip> of(Reputation reputation, List<EventAnswer> newestFirst, Instant begin) {
        var strips = new Strips(reputation, newestFirst, begin);
        var cells = reputation.cells().stream().map(strips::ofCell).toList();
        var byAddress = cells.stream().collect(Collectors.groupingBy(Strip::ip));
        return Stream.concat(
                        reputation.addresses().stream()
                                .map(card -> strips.ofAddress(
                                        card,
                                        card.state() == State.RETIRED
                                                ? strips.former(card, reputation.lists())
                                                : byAddress.getOrDefault(card.ip(), List.of()))),
                        cells.stream())
                .toList();
    }

    /** What is shown of a state that is not known any more; that an address is out is not forgotten for it. */
    static String unknown(String state) {
        boolean isOfAddress = Stream.of(State.values()).map(State::name).anyMatch(state::equals);
        return isOfAddress && !AddressAnswer.isWell(state) && !isNew(state) ? state : Strip.UNKNOWN;
    }

    private static boolean isNew(String state) {
        return state.equals(State.NEW.name());
    }

    private static String key(Object kind, String subject, String object) {
        return kind + " " + subject + " " + object;
    }

    private List<EventAnswer> events(Kind kind, String subject, String object) {
        return events.getOrDefault(key(kind, subject, object), List.of());
    }

    /** While its list, or every one, tells nothing, neither does it. */
    private Strip ofCell(CellView cell) {
        var own = events(Kind.CELL, cell.ip(), cell.list());
        var line = happened(cell.list(), own, cell.state(), beginOf(cell.times().since(), own));
        // It may have come about without an event: an answer grew too old, the node began anew, or it is more than a
        // day ago.
        line.endSince(cell.times().lastVerified().orElse(Instant.MIN), shown(cell));
        return new Strip(cell.ip(), cell.list(), line.spans());
    }

    /** Of lists that are not asked about it any more: what they said while they were, which is that it is clean where nothing happened. */
    private List<Strip> former(AddressCard card, List<ListView> lists) {
        return lists.stream()
                .map(list -> {
                    var own = events(Kind.CELL, card.ip(), list.id());
                    var line = happened(list.id(), own, CellState.CLEAN, begin);
                    return new Strip(card.ip(), list.id(), line.spans());
                })
                .toList();
    }

    /** @param usual its state where nothing happened */
    private Strip.Line happened(String list, List<EventAnswer> own, CellState usual, Instant since) {
        var ofList = events(Kind.LIST, list, "-");
        var ofAll = events(Kind.LIST, HistoryEvent.ALL_LISTS, "-");
        var state = own.isEmpty() ? usual.name() : own.getFirst().from();
        var hiding = new HashMap<String, String>();
        Stream.of(ofList, ofAll)
                .filter(some -> !some.isEmpty())
                .map(List::getFirst)
                .forEach(first -> hiding.put(first.subject(), first.from()));
        var line = new Strip.Line(List.of());
        line.add(since, shown(state, hiding.values()));
        for (var event : inOrder(List.of(own, ofList, ofAll))) {
            if (event.kind().equals(Kind.CELL.toString())) {
                state = event.to();
            } else {
                hiding.put(event.subject(), event.to());
            }
            line.add(event.at(), shown(state, hiding.values()));
        }
        return line;
    }

    /** Where nothing happened it stood as now, as long as that is known. */
    private Instant beginOf(Instant since, List<EventAnswer> own) {
        return own.isEmpty() && since.isAfter(begin) ? since : begin;
    }

    private static List<EventAnswer> inOrder(List<List<EventAnswer>> parts) {
        return parts.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(EventAnswer::id))
                .toList();
    }

    /** @param lists how the list stands, and how all of them do */
    private static String shown(String own, Collection<String> lists) {
        var hidden = lists.stream().filter(HIDING::containsKey).map(HIDING::get).findFirst();
        return own.equals(CellState.NONE.name()) ? Strip.UNKNOWN : hidden.orElse(own);
    }

    private static String shown(CellView cell) {
        return switch (cell.overlay()) {
            case NONE, MUTED ->
                cell.state() == CellState.NONE ? Strip.UNKNOWN : cell.state().name();
            case UNKNOWN, REFUSED, BLIND, BROKEN, DEAD -> cell.overlay().toString();
        };
    }

    /** Of an address of which most lists that count tell nothing it is not known how it stands. */
    private Strip ofAddress(AddressCard card, List<Strip> cells) {
        var own = events(Kind.ADDRESS, card.ip(), card.source());
        var states = new TreeMap<Instant, String>();
        own.forEach(event -> states.put(event.at(), event.to()));
        var heavy =
                cells.stream().filter(cell -> counting.contains(cell.object())).toList();
        var counted = heavy.isEmpty() ? cells : heavy;
        var turns = turns(counted);
        var state = own.isEmpty() ? card.state().name() : own.getFirst().from();
        int known = 0;
        var line = new Strip.Line(List.of());
        for (var at : moments(beginOf(card.since(), own), states, turns)) {
            state = states.getOrDefault(at, state);
            known += turns.getOrDefault(at, 0);
            boolean isKnown = known > 0 && known * 2 >= counted.size();
            line.add(at, isKnown && !isNew(state) ? state : unknown(state));
        }
        var now = card.state().name();
        line.end(turns.isEmpty() ? Instant.MIN : turns.lastKey(), card.known() ? now : unknown(now));
        return new Strip(card.ip(), "-", line.spans());
    }

    /** By how many more lists, or fewer, say from when on how it stands. */
    private static SortedMap<Instant, Integer> turns(List<Strip> cells) {
        var turns = new TreeMap<Instant, Integer>();
        for (var cell : cells) {
            boolean said = false;
            for (var span : cell.spans()) {
                boolean says = CLAIMS.contains(span.state());
                if (says != said) {
                    turns.merge(span.from(), says ? 1 : -1, Integer::sum);
                }
                said = says;
            }
        }
        return turns;
    }

    private static SortedSet<Instant> moments(Instant begin, Map<Instant, String> states, Map<Instant, Integer> turns) {
        var moments = new TreeSet<Instant>();
        moments.addAll(states.keySet());
        moments.addAll(turns.keySet());
        moments.add(begin);
        return moments;
    }
}
