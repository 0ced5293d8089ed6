package io.mailvane.dnsbl;

import io.mailvane.mail.ProviderId;
import java.util.HashMap;
import java.util.Map;

/**
 * How much a receiver goes by a list, against what its weight says.
 *
 * @param general of a provider that {@code providers} does not name
 */
public record Affinity(double general, Map<ProviderId, Double> providers) {
    static final Affinity PLAIN = new Affinity(1, Map.of());

    public Affinity {
        providers = Map.copyOf(providers);
        if (!(general >= 0) || providers.values().stream().anyMatch(factor -> !(factor >= 0))) {
            throw new IllegalArgumentException("an affinity is not negative");
        }
    }

    double at(ProviderId provider) {
        return providers.getOrDefault(provider, general);
    }

    /** As receivers have taught it. */
    Affinity with(Map<ProviderId, Double> learned) {
        var all = new HashMap<>(providers);
        all.putAll(learned);
        return new Affinity(general, all);
    }
}
