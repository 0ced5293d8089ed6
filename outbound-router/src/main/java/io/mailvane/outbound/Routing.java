package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.ProviderId;
import io.mailvane.route.Allowed;
import io.mailvane.route.Route;
import java.util.Optional;

/** What a domain's recipients are to do: choose a way at each attempt, take the only one, or nothing more. */
sealed interface Routing {
    /** Whose MTA they would meet. */
    ProviderId provider();

    /**
     * Several ways lead there.
     *
     * @param transport by which a relay domain's mail leaves; empty: by MX
     * @param why these hosts, in one sentence
     */
    record Choice(ProviderId provider, Optional<String> transport, Allowed allowed, WayFinder ways, String why)
            implements Routing {}

    /**
     * A transport that does not care which address of ours it leaves from.
     *
     * @param next what is left when it gives no connection
     */
    record Only(ProviderId provider, Way way, String why, Optional<Choice> next) implements Routing {}

    /**
     * No next hop is asked.
     *
     * @param outcome Failed or Deferred
     * @param why one sentence
     */
    record Decided(ProviderId provider, String route, DeliveryOutcome outcome, String why) implements Routing {}

    /** From a route that was chosen to the hosts that it leads to. Any number of threads. */
    @FunctionalInterface
    interface WayFinder {
        /** Empty if the configuration that this was made of has no such route. */
        Optional<Way> way(Route route);
    }

    /**
     * One way.
     *
     * @param route its name, as logs and attempts show it
     * @param source name of our address; empty: the host's own choice
     * @param key equal for ways that lead to the same hosts in the same manner: they share a site
     * @param connections at once, over all messages
     */
    record Way(String route, Optional<String> source, SiteKey key, Transport transport, int connections) {}

    /**
     * @param generation of the settings
     * @param hosts "" where the route has hosts of its own
     */
    record SiteKey(int generation, String route, Optional<String> source, String hosts) {}
}
