package io.mailvane.appliance.node;

import io.mailvane.appliance.config.SourceAddress;
import io.mailvane.dnsbl.IpAddress;
import io.mailvane.mail.ProviderId;
import io.mailvane.route.RouteEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Receivers that quote another address than the one that mail of ours is to leave by: something translates it on its way, or it leaves
 * by another one than we believe. Each counts for a day after it was told, or until it shows the right one. Any number of threads.
 */
final class Misquotes {
    private static final Duration DAY = Duration.ofHours(24);
    /** Of one address. */
    private static final int MOST = 100;

    /** The newest last. */
    private final Map<IpAddress, LinkedHashMap<ProviderId, RouteEvent>> byAddress = new HashMap<>();

    /** Adds or takes away, whichever it tells. */
    synchronized void hear(RouteEvent event) {
        var address = event.address().map(each -> IpAddress.parse(each.getHostAddress()));
        if (address.isEmpty() || event.provider().isEmpty()) {
            return;
        }
        var known = byAddress.computeIfAbsent(address.get(), _ -> new LinkedHashMap<>());
        if (event.kind() == RouteEvent.Kind.ADDRESS_MISMATCH) {
            known.putLast(event.provider().get(), event);
        } else {
            known.remove(event.provider().get());
        }
        if (known.size() > MOST) {
            known.pollFirstEntry();
        }
    }

    /** One sentence for each source that it concerns; what is told of other addresses is forgotten. */
    synchronized List<String> alarms(List<SourceAddress> sources, Instant now) {
        if (byAddress.isEmpty()) {
            return List.of();
        }
        byAddress
                .keySet()
                .retainAll(sources.stream().map(source -> source.address()).toList());
        byAddress
                .values()
                .forEach(known ->
                        known.values().removeIf(event -> !event.at().plus(DAY).isAfter(now)));
        byAddress.values().removeIf(Map::isEmpty);
        return sources.stream().flatMap(source -> alarm(source).stream()).toList();
    }

    private Optional<String> alarm(SourceAddress source) {
        var address = source.address();
        return Optional.ofNullable(byAddress.get(address)).map(known -> {
            var last = known.lastEntry();
            int others = known.size() - 1;
            return source.name() + " (" + address + "): " + last.getKey().id() + " "
                    + last.getValue().what()
                    + (others == 0
                            ? "."
                            : others == 1 ? ", and so does one more." : ", and so do " + others + " more.");
        });
    }
}
