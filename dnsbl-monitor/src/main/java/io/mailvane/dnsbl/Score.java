package io.mailvane.dnsbl;

import io.mailvane.mail.ProviderId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the listings of one address weigh together: of each group of lists the heaviest, summed over the groups, those of
 * minor codes together at most a cap. So no number of hobby lists takes an address out.
 */
final class Score {
    private Score() {}

    /**
     * @param weight of the heaviest code, as the list has it
     * @param trust the part of it that still counts, 0 to 1
     */
    record Part(DnsblList list, double weight, double trust) {}

    /** With raw weights: what pages show, and what DEGRADED goes by. */
    static double raw(Collection<Part> parts, RoutingSettings settings) {
        return sum(parts, list -> 1, settings);
    }

    /** At a provider that no list knows. */
    static double penalty(Collection<Part> parts, RoutingSettings settings) {
        return sum(parts, list -> list.affinity().general(), settings);
    }

    /** At every provider that one of the lists knows. */
    static Map<ProviderId, Double> penalties(Collection<Part> parts, RoutingSettings settings) {
        var penalties = new HashMap<ProviderId, Double>();
        parts.stream()
                .flatMap(part -> part.list().affinity().providers().keySet().stream())
                .distinct()
                .forEach(provider -> penalties.put(
                        provider, sum(parts, list -> list.affinity().at(provider), settings)));
        return penalties;
    }

    private static double sum(Collection<Part> parts, ToDoubleFunction<DnsblList> affinity, RoutingSettings settings) {
        var heaviest = new HashMap<String, Weighed>();
        for (var part : parts) {
            double value = part.weight() * part.trust() * affinity.applyAsDouble(part.list());
            boolean minor = part.weight() < settings.scoreDegraded();
            heaviest.merge(
                    part.list().group(),
                    new Weighed(value, minor),
                    (one, other) -> one.value() >= other.value() ? one : other);
        }
        var groups = List.copyOf(heaviest.values());
        double minor = groups.stream()
                .filter(Weighed::minor)
                .mapToDouble(Weighed::value)
                .sum();
        double major = groups.stream()
                .filter(group -> !group.minor())
                .mapToDouble(Weighed::value)
                .sum();
        return rounded(major + Math.min(minor, settings.minorCap()));
    }

    private record Weighed(double value, boolean minor) {}

    /** To a thousandth: products of decimal fractions are to compare as what they are meant to be. */
    private static double rounded(double value) {
        return Math.rint(value * 1000) / 1000;
    }
}
