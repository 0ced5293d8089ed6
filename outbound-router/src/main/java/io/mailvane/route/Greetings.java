package io.mailvane.route;

import io.mailvane.route.RoutingSettings.Smarthosts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How long a smarthost lets wait for its greeting: of the deliveries that the breaker looks at, as many at most and of the same time, those that
 * opened a connection.
 *
 * @param last oldest first
 * @param usual what 19 of 20 took at most, of fewer all but the slowest; empty: one alone shows nothing
 */
record Greetings(List<Greeting> last, Optional<Duration> usual) {
    static final Greetings NONE = of(List.of());

    /** A server that is well greets at once; RFC 5321 section 4.5.3.2.1 has a client wait for five minutes. */
    private static final Duration SLOW = Duration.ofSeconds(10);
    /** One in so many may be slow. */
    private static final int OUTLIERS = 20;

    /** @param took with the connecting */
    record Greeting(Instant at, Duration took) {}

    Greetings {
        last = List.copyOf(last);
    }

    static Greetings of(List<Greeting> last) {
        return new Greetings(last, usual(last));
    }

    private static Optional<Duration> usual(List<Greeting> last) {
        int outliers = Math.max(1, last.size() / OUTLIERS);
        return last.stream()
                .map(Greeting::took)
                .sorted(Comparator.reverseOrder())
                .skip(outliers)
                .findFirst();
    }

    Greetings and(Greeting greeting, Smarthosts settings) {
        var kept = new ArrayList<>(last);
        kept.add(greeting);
        kept.removeIf(each -> each.at().isBefore(greeting.at().minus(settings.windowTime())));
        int most = settings.window();
        return of(kept.size() > most ? kept.subList(kept.size() - most, kept.size()) : kept);
    }

    boolean areSlow() {
        return usual.isPresent() && usual.get().compareTo(SLOW) > 0;
    }
}
