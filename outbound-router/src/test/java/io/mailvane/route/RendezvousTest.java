package io.mailvane.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    private static final int KEYS = 20_000;

    private static String winner(int key, Map<String, Double> weights) {
        long hashed = Rendezvous.key("domain" + key + ".example", "google");
        return weights.entrySet().stream()
                .max(Comparator.comparingDouble(each -> Rendezvous.score(hashed, each.getKey(), each.getValue())))
                .orElseThrow()
                .getKey();
    }

    private static Map<String, Double> four() {
        return new HashMap<>(Map.of("a1", 1.0, "a2", 1.0, "a3", 1.0, "a4", 1.0));
    }

    @Test
    void everyRouteGetsKeysByItsWeight() {
        var weights = Map.of("a1", 1.0, "a2", 2.0, "a3", 1.0);
        var shares = new HashMap<String, Integer>();
        IntStream.range(0, KEYS).forEach(key -> shares.merge(winner(key, weights), 1, Integer::sum));
        assertThat(shares.getOrDefault("a2", 0) / (double) KEYS).isCloseTo(0.5, within(0.02));
        assertThat(shares.getOrDefault("a1", 0) / (double) KEYS).isCloseTo(0.25, within(0.02));
    }

    @Test
    void aRouteThatGoesMovesItsOwnKeysAlone() {
        var without = four();
        without.remove("a3");
        var moved = IntStream.range(0, KEYS)
                .filter(key -> !winner(key, four()).equals(winner(key, without)))
                .mapToObj(key -> winner(key, four()))
                .toList();
        assertThat(moved).containsOnly("a3");
        assertThat(moved.size() / (double) KEYS).isCloseTo(0.25, within(0.02));
    }

    @Test
    void fractionsAreUniformAndNotTheSameForAllRoutes() {
        for (var route : List.of("a1", "a2")) {
            long below = IntStream.range(0, KEYS)
                    .filter(id -> Rendezvous.fraction(id, route) < 0.05)
                    .count();
            assertThat(below / (double) KEYS).isCloseTo(0.05, within(0.01));
        }
        long both = IntStream.range(0, KEYS)
                .filter(id -> Rendezvous.fraction(id, "a1") < 0.5 && Rendezvous.fraction(id, "a2") < 0.5)
                .count();
        assertThat(both / (double) KEYS).isCloseTo(0.25, within(0.02));
    }
}
