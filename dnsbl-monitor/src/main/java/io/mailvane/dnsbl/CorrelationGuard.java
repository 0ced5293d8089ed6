package io.mailvane.dnsbl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Watches how much changes at once. That many lists of different operators, or a large part of all cells, turn within
 * minutes is rarely the addresses' doing: then confirmations count half. One thread.
 */
final class CorrelationGuard {
    private final GuardSettings settings;
    private final List<Turn> turns = new ArrayList<>();

    /** An answer that was the opposite of what was known. */
    private record Turn(IpAddress address, DnsblList list, boolean listed, Moment at) {}

    /**
     * What is watched.
     *
     * @param networks of the addresses: neighbours are listed together, and rightly
     */
    record Extent(int cells, int networks) {}

    CorrelationGuard(GuardSettings settings) {
        this.settings = settings;
    }

    void turned(IpAddress address, DnsblList list, boolean listed, Moment at) {
        forget(at);
        turns.add(new Turn(address, list, listed, at));
    }

    /** Whether what the list says now is to be confirmed twice. */
    boolean holds(DnsblList list, boolean listed, Extent extent, Moment now) {
        forget(now);
        var alike = turns.stream().filter(turn -> turn.listed() == listed).toList();
        return distinct(alike, turn -> turn.list().group()) >= settings.groups()
                || isLargePart(alike, extent)
                || turnsEverywhere(alike, list, extent);
    }

    private boolean isLargePart(List<Turn> alike, Extent extent) {
        long cells = distinct(alike, turn -> List.of(turn.address(), turn.list().id()));
        return extent.cells() >= settings.cellsMin() && cells * 100.0 >= settings.percent() * extent.cells();
    }

    /** One list turns for half of our networks, and for three at least. */
    private static boolean turnsEverywhere(List<Turn> alike, DnsblList list, Extent extent) {
        var ofList = alike.stream()
                .filter(turn -> turn.list().id().equals(list.id()))
                .toList();
        long networks = distinct(ofList, turn -> turn.address().network());
        return networks >= 3 && networks * 2 >= extent.networks();
    }

    private static long distinct(List<Turn> turns, Function<Turn, Object> key) {
        return turns.stream().map(key).distinct().count();
    }

    private void forget(Moment now) {
        turns.removeIf(turn -> now.since(turn.at()).compareTo(settings.window()) > 0);
    }
}
