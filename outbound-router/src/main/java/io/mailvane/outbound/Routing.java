package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import java.util.List;

/** What a domain's recipients are to do: take a way, or nothing more. */
sealed interface Routing {
    /** Whose MTA they would meet. */
    String provider();

    /**
     * @param ways best first, at least one; the next is taken at once when one gives no connection
     */
    record Ways(String provider, List<Way> ways) implements Routing {
        public Ways {
            ways = List.copyOf(ways);
            if (ways.isEmpty()) {
                throw new IllegalArgumentException("at least one way");
            }
        }
    }

    /**
     * No next hop is asked.
     *
     * @param outcome Failed or Deferred
     * @param why one sentence
     */
    record Decided(String provider, String route, DeliveryOutcome outcome, String why) implements Routing {}

    /**
     * One way.
     *
     * @param key equal for ways that lead to the same hosts in the same manner: they share a site
     * @param connections at once, over all messages
     * @param why this way, in one sentence
     */
    record Way(
            String route,
            Explanation.Kind kind,
            String tier,
            SiteKey key,
            Transport transport,
            int connections,
            String why) {
        /** The same way, taken for another reason. */
        Way because(String reason) {
            return new Way(route, kind, tier, key, transport, connections, reason);
        }
    }

    /**
     * @param generation of the settings
     * @param hosts "" where the route has hosts of its own
     */
    record SiteKey(int generation, String route, String hosts) {}
}
