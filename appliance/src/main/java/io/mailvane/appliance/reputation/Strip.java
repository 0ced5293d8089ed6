package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.CellState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How something stood in the last 24 hours.
 *
 * @param object the list; {@code -} for the address itself
 * @param spans in the order of time, each until the next one; the last one until now
 */
public record Strip(String ip, String object, List<Span> spans) {
    private static final int MOST = 100;

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
}
