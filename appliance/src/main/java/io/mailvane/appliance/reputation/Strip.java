package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.Overlay;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How something stood in the last 24 hours.
 *
 * @param object the list; {@code -} for the address itself
 * @param spans in the order of time, each until the next one; the last one until now; before the first nothing is known
 */
public record Strip(String ip, String object, List<Span> spans) {
    static final String UNKNOWN = Overlay.UNKNOWN.toString();
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

    /** Those that a reader looks for first: that do not end as nobody needs to look at, then those that changed. */
    int rank() {
        boolean endsClean = !spans.isEmpty() && spans.getLast().state().equals(CellState.CLEAN.name());
        return endsClean ? (spans.size() == 1 ? 2 : 1) : 0;
    }

    /** Nothing has been known of it since then; what was known to be wrong stays so, as on its card. */
    Strip unknownSince(Instant at) {
        var line = new Line(spans);
        line.end(at, Strips.unknown(line.last()));
        return new Strip(ip, object, line.spans());
    }

    /** Spans as they come to be known, in the order of time. */
    static final class Line {
        private final List<Span> spans = new ArrayList<>();

        Line(List<Span> begun) {
            spans.addAll(begun);
        }

        /** Of what turned twice at one moment only the second counts. */
        void add(Instant at, String state) {
            boolean isAgain = !spans.isEmpty() && !at.isAfter(spans.getLast().from());
            var from = isAgain ? spans.removeLast().from() : at;
            if (spans.isEmpty() || !spans.getLast().state().equals(state)) {
                spans.add(new Span(from, state));
            }
        }

        /** If it does not end so, it does from then on, whatever was thought of that time; but not before anything was known. */
        void end(Instant at, String state) {
            if (last().equals(state)) {
                return;
            }
            var first = spans.stream().map(Span::from).findFirst().orElse(at);
            spans.removeIf(span -> !span.from().isBefore(at));
            add(at.isBefore(first) ? first : at, state);
        }

        String last() {
            return spans.isEmpty() ? "" : spans.getLast().state();
        }

        /** The newest. */
        List<Span> spans() {
            return spans.subList(Math.max(0, spans.size() - MOST), spans.size());
        }
    }
}
