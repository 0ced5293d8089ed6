package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.HistoryFilter;
import io.mailvane.dnsbl.MonitorStats;
import io.mailvane.dnsbl.Mute;
import io.mailvane.dnsbl.Operated;
import io.mailvane.dnsbl.OperatorOrder;
import io.mailvane.dnsbl.Recheck;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.Unmute;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Tells what this node knows of its addresses, and takes an operator's orders about them. Any number of threads. */
public final class ReputationDesk {
    private static final Duration DAY = Duration.ofHours(24);
    private static final int MOST_EVENTS = 1000;
    /** Each is asked for apart: what hides everything must not be lost among what changed of each. */
    private static final List<HistoryEvent.Kind> CHANGES =
            List.of(HistoryEvent.Kind.ADDRESS, HistoryEvent.Kind.CELL, HistoryEvent.Kind.LIST);
    /** Spares the disk: pages and peers ask every few seconds, and of a bad day there is much to read. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    private final Monitored monitored;
    private final Supplier<RoutingAnswer> routing;
    private final InstantSource clock;
    private final AtomicReference<Optional<Told>> told = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Day>> day = new AtomicReference<>(Optional.empty());

    /** The monitor, as far as others see and move it. All are called by any number of threads. */
    public interface Monitored {
        String node();

        /** The latest; never waits. */
        Reputation reputation();

        /** Of the sources, by name. */
        Map<String, AddressAnswer.Setup> setups();

        List<HistoryEvent> events(HistoryFilter filter);

        MonitorStats stats();

        /** @return empty if there is no such cell */
        Optional<Recheck> recheck(String ip, String list);

        /** @return false if there is no such cell */
        boolean mute(String ip, String list, Mute mute);

        /** @return empty if there is no such cell */
        Optional<Unmute> unmute(String ip, String list, String who);

        /** @return empty if there is no such source */
        Optional<Operated> operate(String source, OperatorOrder order);
    }

    private record Told(Instant of, Instant at, NodeReputation answer) {}

    /** What happened in the 24 hours before {@code at}. */
    private record Day(Instant at, long newest, List<EventAnswer> changes, News news) {}

    /** @param routing by which ways mail leaves now; never waits */
    public ReputationDesk(Monitored monitored, Supplier<RoutingAnswer> routing, InstantSource clock) {
        this.monitored = monitored;
        this.routing = routing;
        this.clock = clock;
    }

    /** The monitor itself: for metrics, and for orders. */
    public Monitored monitored() {
        return monitored;
    }

    /** Made anew when the monitor says something new, and every few seconds; the ways out each time. */
    public NodeReputation answer() {
        return told().with(routing.get());
    }

    /** By which ways mail leaves now. */
    public RoutingAnswer routing() {
        return routing.get();
    }

    private NodeReputation told() {
        var reputation = monitored.reputation();
        var now = clock.instant();
        var before = told.get();
        if (before.isPresent()
                && before.get().of().equals(reputation.asOf())
                && now.isBefore(before.get().at().plus(FRESH))) {
            return before.get().answer();
        }
        var answer = answer(reputation, now);
        told.set(Optional.of(new Told(reputation.asOf(), now, answer)));
        return answer;
    }

    private NodeReputation answer(Reputation reputation, Instant now) {
        var node = monitored.node();
        var happened = day(now);
        return new NodeReputation(
                reputation.asOf(),
                VerdictAnswer.of(reputation.verdict(), reputation.notice()),
                addresses(reputation),
                reputation.cells().stream()
                        .map(cell -> CellAnswer.of(cell, node))
                        .toList(),
                reputation.lists().stream()
                        .map(list -> ListAnswer.of(list, node))
                        .toList(),
                reputation.alarms(),
                Strips.of(reputation, happened.changes(), now.minus(DAY)),
                happened.news(),
                RoutingAnswer.NONE);
    }

    /** Read again when something happened, and every few seconds. */
    private Day day(Instant now) {
        var begin = now.minus(DAY);
        long newest = events(begin, Set.of(), 1).stream()
                .mapToLong(EventAnswer::id)
                .findFirst()
                .orElse(0);
        var before = day.get()
                .filter(known ->
                        known.newest() == newest && now.isBefore(known.at().plus(FRESH)));
        if (before.isPresent()) {
            return before.get();
        }
        var changes = CHANGES.stream()
                .flatMap(kind -> events(begin, Set.of(kind), MOST_EVENTS).stream())
                .sorted(Comparator.comparingLong(EventAnswer::id).reversed())
                .toList();
        var news = new News(events(begin, News.OTHERS, News.SHOWN + 1), events(begin, News.REPLIES, News.SHOWN + 1));
        var read = new Day(now, newest, changes, news);
        day.set(Optional.of(read));
        return read;
    }

    private List<EventAnswer> events(Instant begin, Set<HistoryEvent.Kind> kinds, int most) {
        return events(new HistoryFilter(Optional.of(begin), kinds, Optional.empty(), Optional.empty(), most));
    }

    private List<AddressAnswer> addresses(Reputation reputation) {
        var setups = monitored.setups();
        var unknown = new AddressAnswer.Setup(monitored.node(), "-", "-");
        var counting = reputation.lists().stream()
                .filter(Reputation.ListView::counts)
                .map(Reputation.ListView::id)
                .collect(Collectors.toSet());
        return reputation.addresses().stream()
                .map(card -> AddressAnswer.of(
                        card,
                        setups.getOrDefault(card.source(), unknown),
                        Check.of(
                                card.state(),
                                reputation.cells().stream()
                                        .filter(cell -> cell.ip().equals(card.ip()) && counting.contains(cell.list()))
                                        .toList())))
                .toList();
    }

    /** Newest first; reads the disk. */
    public List<EventAnswer> events(HistoryFilter filter) {
        return monitored.events(filter).stream()
                .map(event -> EventAnswer.of(event, monitored.node()))
                .toList();
    }
}
