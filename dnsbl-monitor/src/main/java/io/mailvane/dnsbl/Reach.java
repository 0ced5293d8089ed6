package io.mailvane.dnsbl;

import io.mailvane.dnsbl.Address.Evidence;
import io.mailvane.mail.ProviderId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far an address was out, at its worst: the greatest penalty that it had at each provider.
 *
 * @param penalty at a provider that {@code penalties} does not name
 * @param everywhere whether it was out, or the last resort, whatever its penalties
 */
record Reach(double penalty, Map<ProviderId, Double> penalties, boolean everywhere) {
    static final Reach NONE = new Reach(0, Map.of(), false);
    static final Reach EVERYWHERE = new Reach(0, Map.of(), true);

    Reach {
        penalties = Map.copyOf(penalties);
    }

    static Reach of(Evidence evidence) {
        return new Reach(evidence.penalty(), evidence.penalties(), evidence.isOut());
    }

    /** Of the two, the worse at each provider. */
    Reach and(Reach other) {
        var worst = new HashMap<ProviderId, Double>();
        penalties.keySet().forEach(each -> worst.put(each, Math.max(at(each), other.at(each))));
        other.penalties.keySet().forEach(each -> worst.put(each, Math.max(at(each), other.at(each))));
        return new Reach(Math.max(penalty, other.penalty), worst, everywhere || other.everywhere);
    }

    private double at(ProviderId provider) {
        return penalties.getOrDefault(provider, penalty);
    }

    /** @param degraded the penalty from which a provider is sent to by the last resort alone */
    boolean isOutAt(ProviderId provider, double degraded) {
        return everywhere || at(provider) >= degraded;
    }

    /** At a provider that no list knows. */
    boolean isOutInGeneral(double degraded) {
        return everywhere || penalty >= degraded;
    }

    boolean isOutAnywhere(double degraded) {
        return isOutInGeneral(degraded) || !exceptions(degraded).isEmpty();
    }

    /** Those that had it out when others had not, or the other way round, by name. */
    Set<ProviderId> exceptions(double degraded) {
        var exceptions = new TreeSet<ProviderId>((one, other) -> one.id().compareTo(other.id()));
        penalties.keySet().stream()
                .filter(each -> isOutAt(each, degraded) != isOutInGeneral(degraded))
                .forEach(exceptions::add);
        return exceptions;
    }
}
