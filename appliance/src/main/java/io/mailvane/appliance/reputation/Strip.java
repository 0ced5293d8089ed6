package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.Overlay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How something stood in the last 24 hours.
 *
 * @param object the list; {@code -} for the address itself
 * @param spans in the order of time, each until the next one; the last one until now; before the first nothing is known
 */
public record Strip(String ip, String object, List<Span> spans) {
    static final String UNKNOWN = Overlay.UNKNOWN.toString();
    /** So many stretches can be told apart on a phone; and each is made for every address on every list, and sent to peers. */
    static final int MOST = 12;

    private static final Set<String> NAMED =
            Set.of(CellState.SUSPECT.name(), CellState.LISTED.name(), CellState.CLEARING.name());

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

    /** Those that a reader looks for first: what a list says against an address, what it said, what is not known, what changed. */
    int rank() {
        var last = spans.isEmpty() ? UNKNOWN : spans.getLast().state();
        if (NAMED.contains(last)) {
            return 0;
        }
        if (spans.stream().anyMatch(span -> NAMED.contains(span.state()))) {
            return 1;
        }
        if (!last.equals(CellState.CLEAN.name())) {
            return 2;
        }
        return spans.size() > 1 ? 3 : 4;
    }

    /** Nothing has been known of it since then; an address that was out stays so, as on its card. */
    Strip unknownSince(Instant at) {
        var line = new Line(spans);
        line.endSince(at, Strips.unknown(line.last()));
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

        /** If it does not end so, it does from then on, and all that was told before stands. */
        void end(Instant at, String state) {
            if (!last().equals(state)) {
                add(spans.isEmpty() || at.isAfter(spans.getLast().from()) ? at : justAfter(spans.getLast()), state);
            }
        }

        private static Instant justAfter(Span span) {
            return span.from().plusMillis(1);
        }

        /** If it does not end so, it does from then on, whatever was thought of that time; but not before anything was known. */
        void endSince(Instant at, String state) {
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

        /** Where there are too many the shortest are left out, but for the last and for what a list said against an address. */
        List<Span> spans() {
            while (spans.size() > MOST) {
                leaveOut(shortest());
            }
            return List.copyOf(spans);
        }

        private int shortest() {
            var candidates = IntStream.range(1, spans.size() - 1).boxed().toList();
            return candidates.stream()
                    .filter(i -> !NAMED.contains(spans.get(i).state()))
                    .min(Comparator.comparing(this::length))
                    .orElseGet(() -> candidates.stream()
                            .min(Comparator.comparing(this::length))
                            .orElseThrow());
        }

        private Duration length(int i) {
            return Duration.between(spans.get(i).from(), spans.get(i + 1).from());
        }

        /** The one before it goes on, and the one after it may go on with that. */
        private void leaveOut(int i) {
            spans.remove(i);
            if (spans.get(i).state().equals(spans.get(i - 1).state())) {
                spans.remove(i);
            }
        }
    }
}
