package io.mailvane.dnsbl;

import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What receivers take of the sources that lists name: of others nothing is counted, for it would say nothing. One thread. */
final class Intakes {
    private final Duration over;
    /** Since when a list names an address, as far as is known. */
    private final Map<CellSlot, Moment> named = new HashMap<>();
    /** By source. */
    private final Map<String, Counted> counted = new LinkedHashMap<>();

    private record Counted(AddressSlot address, Intake intake) {}

    /** @param over within this what was taken is one sum */
    Intakes(Duration over) {
        this.over = over;
    }

    /**
     * Goes on with those that are named now; of all others what was counted is forgotten.
     *
     * @return the sources of which it is to be {@link #told} how much was taken
     */
    List<String> name(Collection<AddressSlot> addresses, Predicate<CellSlot> isNamed, Moment now) {
        var cells = new HashSet<CellSlot>();
        var sources = new LinkedHashMap<String, AddressSlot>();
        for (var address : addresses) {
            var naming = address.cells().stream().filter(isNamed).toList();
            cells.addAll(naming);
            if (!naming.isEmpty()) {
                sources.put(address.address().source().name(), address);
            }
        }
        named.keySet().retainAll(cells);
        cells.forEach(cell -> named.putIfAbsent(cell, now));
        counted.keySet().retainAll(sources.keySet());
        sources.forEach((name, address) -> counted.computeIfAbsent(name, _ -> new Counted(address, new Intake(over))));
        return List.copyOf(sources.keySet());
    }

    boolean any() {
        return !counted.isEmpty();
    }

    /** @param totals of messages by receiver, of a source that is named */
    void told(String source, Map<ProviderId, Long> totals, Moment now) {
        Optional.ofNullable(counted.get(source)).ifPresent(each -> each.intake().look(totals, now));
    }

    /** Messages by receiver, of the sources that the list has named for all of the time that is counted. */
    Map<ProviderId, Long> taken(ListSlot list, Moment now) {
        var taken = new HashMap<ProviderId, Long>();
        counted.values().stream()
                .filter(each ->
                        each.address().cells().stream().anyMatch(cell -> cell.list() == list && isLong(cell, now)))
                .forEach(each ->
                        each.intake().lately().forEach((receiver, sum) -> taken.merge(receiver, sum, Long::sum)));
        return taken;
    }

    private boolean isLong(CellSlot cell, Moment now) {
        return Optional.ofNullable(named.get(cell))
                .map(since -> now.since(since).compareTo(over) >= 0)
                .orElse(false);
    }
}
