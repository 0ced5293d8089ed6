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
     * @param group of the list
     * @param shipped how much receivers go by the list
     * @param learned as they have taught since
     * @param weight of the heaviest code, as the list has it
     * @param trust the part of it that still counts, 0 to 1
     */
    record Part(String group, Affinity shipped, Affinity learned, double weight, double trust) {}

    /** With raw weights: what pages show, and what DEGRADED goes by. */
    static double raw(Collection<Part> parts, RoutingSettings settings) {
        return sum(parts, _ -> 1, settings);
    }

    /** At a provider of which nobody knows how it goes by a list. */
    static double penalty(Collection<Part> parts, RoutingSettings settings) {
        return sum(parts, part -> part.shipped().general(), settings);
    }

    /**
     * At every provider of which it is known how it goes by one of the lists. What one has taught never shuts an address out there where what
     * was shipped does not: nothing could be learned any more, and it was perhaps one recipient's rule.
     */
    static Map<ProviderId, Double> penalties(Collection<Part> parts, RoutingSettings settings) {
        var penalties = new HashMap<ProviderId, Double>();
        parts.stream()
                .flatMap(part -> part.learned().providers().keySet().stream())
                .distinct()
                .forEach(provider -> penalties.put(provider, penaltyAt(provider, parts, settings)));
        return penalties;
    }

    private static double penaltyAt(ProviderId provider, Collection<Part> parts, RoutingSettings settings) {
        double learned = sum(parts, part -> part.learned().at(provider), settings);
        double most = settings.scoreOut() - 1;
        if (learned <= most) {
            return learned;
        }
        double shipped = sum(parts, part -> part.shipped().at(provider), settings);
        return shipped < settings.scoreOut() ? Math.max(shipped, most) : learned;
    }

    private static double sum(Collection<Part> parts, ToDoubleFunction<Part> factor, RoutingSettings settings) {
        var heaviest = new HashMap<String, Weighed>();
        for (var part : parts) {
            double value = part.weight() * part.trust() * factor.applyAsDouble(part);
            boolean minor = part.weight() < settings.scoreDegraded();
            heaviest.merge(
                    part.group(),
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
