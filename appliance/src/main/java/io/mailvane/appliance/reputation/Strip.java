package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.ListState;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Reputation.CellView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How something stood in the last 24 hours.
 *
 * @param object the list; {@code -} for the address itself
 * @param spans in the order of time, each until the next one; the last one until now
 */
public record Strip(String ip, String object, List<Span> spans) {
    private static final int MOST = 100;

    /** What a list's state makes of its cells. */
    private static final Map<String, String> HIDING = Map.of(
            ListState.UNKNOWN.name(), Overlay.UNKNOWN.toString(),
            ListState.REFUSED.name(), Overlay.REFUSED.toString(),
            ListState.BLIND.name(), Overlay.BLIND.toString(),
            ListState.LIST_BROKEN.name(), Overlay.BROKEN.toString(),
            ListState.LIST_DEAD.name(), Overlay.DEAD.toString());

    /** From then on it stood so. */
    public record Span(Instant from, String state) {
        public Span {
            Objects.requireNonNull(from, "from");
            state = Bounds.name(state);
        }
    }

    public Strip {
        ip = Bounds.name(ip);
        object = Bounds.name(object);
        spans = Bounds.list(spans, MOST);
    }

    /** Whether it ended as nobody needs to look at. */
    boolean endsClean() {
        return !spans.isEmpty() && spans.getLast().state().equals(CellState.CLEAN.name());
    }

    /**
     * @param newestFirst the events that changed it within the time
     * @param begin of the time
     * @param state now, for what did not change
     */
    static Strip of(String ip, String object, List<EventAnswer> newestFirst, Instant begin, String state) {
        var changes = newestFirst.stream().limit(MOST - 1L).toList().reversed();
        var spans = new ArrayList<Span>();
        spans.add(new Span(begin, changes.isEmpty() ? state : changes.getFirst().from()));
        changes.forEach(event -> spans.add(new Span(event.at(), event.to())));
        return new Strip(ip, object, spans);
    }

    /**
     * Of an address on a list: while that list, or every one, tells nothing, neither does it.
     *
     * @param newestFirst the events within the time of the cell, of its list and of all lists
     */
    static Strip of(CellView cell, List<EventAnswer> newestFirst, Instant begin) {
        if (newestFirst.isEmpty()) {
            return of(cell.ip(), cell.list(), List.of(), begin, shown(cell));
        }
        var changes = newestFirst.reversed();
        var own = changes.stream()
                .filter(Strip::isOfCell)
                .findFirst()
                .map(EventAnswer::from)
                .orElse(cell.state().name());
        var hiding = new HashMap<String, String>();
        newestFirst.stream().filter(each -> !isOfCell(each)).forEach(each -> hiding.put(each.subject(), each.from()));
        var spans = new ArrayList<Span>();
        spans.add(new Span(begin, shown(own, hiding.values())));
        for (var event : changes) {
            if (isOfCell(event)) {
                own = event.to();
            } else {
                hiding.put(event.subject(), event.to());
            }
            var shown = shown(own, hiding.values());
            if (!shown.equals(spans.getLast().state())) {
                spans.add(new Span(event.at(), shown));
            }
        }
        int skipped = Math.max(0, spans.size() - MOST);
        return new Strip(cell.ip(), cell.list(), spans.subList(skipped, spans.size()));
    }

    /** What is known no more is not shown as what it was. */
    private static String shown(CellView cell) {
        return switch (cell.overlay()) {
            case NONE, MUTED -> cell.state().name();
            case UNKNOWN, REFUSED, BLIND, BROKEN, DEAD -> cell.overlay().toString();
        };
    }

    private static boolean isOfCell(EventAnswer event) {
        return event.kind().equals(HistoryEvent.Kind.CELL.toString());
    }

    /** @param lists how the list stands, and how all of them do */
    private static String shown(String own, Collection<String> lists) {
        return lists.stream()
                .filter(state -> !own.equals(CellState.NONE.name()) && HIDING.containsKey(state))
                .map(HIDING::get)
                .findFirst()
                .orElse(own);
    }
}
