package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold whatever lists do, over random histories of days. The seed makes a failure repeatable. */
class InvariantsTest {
    private static final List<String> ADDRESSES = List.of("203.0.113.7", "198.51.100.7");
    private static final String[] LISTS = {"spamhaus-zen", "spamcop", "psbl", "barracuda"};
    private static final List<World.Temper> FAULTS =
            List.of(World.SILENT, World.SERVFAIL, World.OPEN_RESOLVER, World.EMPTIED);
    private static final Set<State> FALLEN = Set.of(State.DEGRADED, State.QUARANTINED, State.LAST_RESORT);

    private static final Set<String> HIDING =
            Stream.of(Overlay.values()).map(Overlay::toString).collect(Collectors.toSet());

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 5);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anAddressChangesAtMostTwiceAndOnceMoreForEachHour(long seed) {
        var world = new World(seed, ADDRESSES, LISTS);
        var random = new Random(seed);
        world.pass(Duration.ofMinutes(10));
        for (int minute = 10; minute < 24 * 60; minute += 10) {
            stir(world, random);
            world.pass(Duration.ofMinutes(10));
            for (int source = 1; source <= 2; source++) {
                assertThat(crossings(world, "a" + source)).isLessThanOrEqualTo(2 + (minute + 10) / 60);
            }
        }
    }

    /** Of all cells, whatever hides them. */
    private static List<String> states(World world) {
        return world.reputation().cells().stream()
                .map(cell -> cell.ip() + " " + cell.list() + " " + cell.state())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noAnswerNeverChangesATier(long seed) {
        var world = new World(seed, ADDRESSES, LISTS);
        var random = new Random(seed);
        for (int i = 0; i < 30; i++) {
            stir(world, random);
            world.pass(Duration.ofMinutes(10));
        }
        // What has just been answered may still be judged; from here on nothing is.
        for (var list : LISTS) {
            world.temper(list, FAULTS.get(random.nextInt(FAULTS.size())));
        }
        world.events().clear();
        var tiers = tiers(world);
        var states = states(world);
        world.pass(Duration.ofHours(12));

        assertThat(states(world)).isEqualTo(states);
        assertThat(world.events())
                .filteredOn(event -> event.kind() == HistoryEvent.Kind.CELL && !HIDING.contains(event.to()))
                .allSatisfy(event ->
                        assertThat(states).contains(event.subject() + " " + event.object() + " " + event.to()));
        assertThat(tiers(world)).isEqualTo(tiers);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theShareOfARampNeverRisesByMoreThanAStep(long seed) {
        var ramp = RoutingSettings.DEFAULT.ramp();
        var world = new World(seed, ADDRESSES, LISTS);
        var random = new Random(seed);
        int before = -1;
        for (int i = 0; i < 180; i++) {
            if (i % 12 == 0) {
                stir(world, random);
            }
            world.pass(Duration.ofMinutes(10));
            var standing = world.standing("a1");
            boolean climbing = standing.state() == State.RECOVERING;
            int step = climbing ? ramp.indexOf((int) Math.round(standing.share() * 100)) : -1;
            if (climbing) {
                assertThat(step).isBetween(0, before + 1);
            }
            before = step;
        }
    }

    private static void stir(World world, Random random) {
        var address = ADDRESSES.get(random.nextInt(ADDRESSES.size()));
        var list = LISTS[random.nextInt(LISTS.length)];
        switch (random.nextInt(5)) {
            case 0, 1 -> world.list(address, list, "127.0.0.2");
            case 2, 3 -> world.delist(address, list);
            default ->
                world.temper(list, random.nextBoolean() ? World.WORKING : FAULTS.get(random.nextInt(FAULTS.size())));
        }
    }

    private static long crossings(World world, String source) {
        return world.events().stream()
                .filter(event -> event.kind() == HistoryEvent.Kind.ADDRESS
                        && event.object().equals(source))
                .filter(event -> isFallen(event.from()) != isFallen(event.to()))
                .count();
    }

    private static boolean isFallen(String state) {
        return FALLEN.contains(State.valueOf(state));
    }

    private static List<Boolean> tiers(World world) {
        return world.reputation().addresses().stream()
                .map(card -> FALLEN.contains(card.state()))
                .toList();
    }
}
