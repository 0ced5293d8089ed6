package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.storage.SimulatedProcess.Host;
import io.mailvane.storage.SimulatedWorld.Happening;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All histories of some nodes: that in which nothing happens, and each in which one thing, or two, happens to them, wherever it can. */
final class Exploration {
    private static final long TERM = SimulatedWorld.TERM.nanos();
    /** What happens later is what happened before, once more. */
    private static final long FIRST_WITHIN = TERM / 2;

    private static final long SECOND_WITHIN = TERM * 12 / 10;
    private final List<Consumer<SimulatedWorld>> beginnings = new ArrayList<>();
    private final List<String> wrongs = new ArrayList<>();
    private long from;
    private int histories;
    private int granted;

    /** A process of that node begins, so many terms after the beginning. */
    Exploration begin(Host host, double terms) {
        long at = (long) (terms * TERM);
        from = Math.max(from, at);
        beginnings.add(world -> world.begin(host, at));
        return this;
    }

    /** As {@link SimulatedWorld#leave}. */
    Exploration left(Claim claim, Heartbeat.State how) {
        beginnings.add(world -> world.leave(claim, how));
        return this;
    }

    void anyOne() {
        explore(first -> {
            run(List.of(first));
        });
    }

    void anyTwo() {
        explore(first -> {
            var places = run(List.of(first)).places();
            var there = places.get(first.at());
            long until = there.isWorthAnother(first.mishap()) ? there.nanos() + SECOND_WITHIN : 0;
            for (int at = first.at() + 1; isWithin(places, at, until); at++) {
                for (var mishap : places.get(at).mishapsAfter(first.mishap(), there)) {
                    run(List.of(first, new Happening(at, mishap)));
                }
            }
        });
    }

    private void explore(Consumer<Happening> each) {
        var places = run(List.of()).places();
        for (int at = 0; isWithin(places, at, from + FIRST_WITHIN); at++) {
            for (var mishap : places.get(at).mishaps()) {
                each.accept(new Happening(at, mishap));
            }
        }
        assertThat(wrongs).isEmpty();
        assertThat(granted).as("leases that were granted").isGreaterThan(histories);
    }

    private boolean isWithin(List<Place> places, int at, long nanos) {
        return wrongs.isEmpty() && at < places.size() && places.get(at).nanos() < nanos;
    }

    private SimulatedWorld run(List<Happening> happenings) {
        var world = new SimulatedWorld(happenings);
        beginnings.forEach(beginning -> beginning.accept(world));
        world.run().forEach(wrong -> wrongs.add(happenings + ": " + wrong));
        histories++;
        granted += world.granted();
        return world;
    }
}
