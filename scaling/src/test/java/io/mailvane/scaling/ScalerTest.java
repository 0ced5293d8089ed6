package io.mailvane.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mailvane.mail.WorkerState;
import io.mailvane.scaling.NodeDriverContract.Manner;
import io.mailvane.scaling.Pool.Seen;
import io.mailvane.scaling.ScalingSettings.Patience;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalerTest {
    private static final Duration SERVICE = Duration.ofMillis(40);
    private static final Seen READY = new Seen(WorkerState.READY, 0, "");

    private final ScriptedDriver driver = new ScriptedDriver(Manner.GOOD);
    private final Map<String, Seen> pool = new LinkedHashMap<>();
    private final List<String> told = new ArrayList<>();
    private long now;
    private long backlog;
    private long arrived;

    private Scaler scaler(int min, int max) {
        return scaler(min, max, driver);
    }

    private Scaler scaler(int min, int max, NodeDriver driver) {
        var settings =
                new ScalingSettings(min, max, Duration.ofSeconds(60), 8, Duration.ofSeconds(10), Patience.DEFAULT);
        var functions = new Pool(
                (String id, URI url) -> {
                    told.add("add " + id + " " + url);
                    pool.put(id, READY);
                },
                id -> told.add("retire " + id),
                id -> {
                    if (pool.remove(id) != null) {
                        told.add("remove " + id);
                    }
                },
                () -> Map.copyOf(pool));
        return new Scaler(
                settings, driver, functions, () -> new Measure(arrived, SERVICE, 0, backlog, Duration.ZERO), () -> now);
    }

    private void look(Scaler scaler, int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += Duration.ofSeconds(1).toNanos();
            scaler.look();
        }
    }

    private static List<String> workers(Scaler scaler) {
        return scaler.crew().workers().stream()
                .map(member -> member.id() + " " + member.state().label())
                .toList();
    }

    @Test
    void startsNothingWhileNothingIsToBeScanned() {
        var scaler = scaler(0, 4);
        look(scaler, 5);
        assertThat(scaler.crew()).isEqualTo(new Crew(0, "nothing is to be scanned", List.of()));
    }

    @Test
    void givesWorkersToThePoolOnceTheyAreReady() {
        driver.manner = Manner.MUTE;
        var scaler = scaler(0, 4);
        backlog = 1;
        look(scaler, 2);
        assertThat(workers(scaler)).containsExactly("w1 starting");
        assertThat(told).isEmpty();
        driver.become("w1", WorkerState.READY);
        look(scaler, 2);
        assertThat(workers(scaler)).containsExactly("w1 ready");
        assertThat(told).containsExactly("add w1 http://127.0.0.1/w1");
    }

    @Test
    void startsAsManyAsAreWantedAndNoMoreThanTheMaximum() {
        var scaler = scaler(0, 3);
        backlog = 100_000;
        look(scaler, 3);
        assertThat(workers(scaler)).containsExactly("w1 ready", "w2 ready", "w3 ready");
        assertThat(scaler.crew().why()).endsWith("max allows 3");
    }

    @Test
    void letsAWorkerGoOnlyWhenItHasNoScan() {
        var scaler = scaler(0, 4);
        backlog = 1;
        look(scaler, 2);
        backlog = 0;
        pool.put("w1", new Seen(WorkerState.READY, 2, ""));
        look(scaler, 70);
        assertThat(workers(scaler)).containsExactly("w1 draining");
        assertThat(told).containsExactly("add w1 http://127.0.0.1/w1", "retire w1");
        pool.put("w1", new Seen(WorkerState.DRAINING, 0, ""));
        look(scaler, 2);
        assertThat(workers(scaler)).containsExactly("w1 gone");
        assertThat(told).endsWith("remove w1");
        assertThat(driver.nodes).isEmpty();
        look(scaler, 10);
        assertThat(scaler.crew()).isEqualTo(new Crew(0, "nothing is to be scanned", List.of()));
    }

    /** Between the look at the pool and the word to it another scan may have begun. */
    @Test
    void looksAgainAfterAWorkerGetsNoMoreScansBeforeItIsTold() throws Exception {
        var scaler = scaler(0, 4);
        backlog = 1;
        look(scaler, 2);
        backlog = 0;
        while (!told.contains("retire w1")) {
            look(scaler, 1);
        }
        assertThat(driver.list().getFirst().state()).isEqualTo(WorkerState.READY);
        look(scaler, 1);
        assertThat(driver.list().getFirst().state()).isEqualTo(WorkerState.GONE);
    }

    @Test
    void takesTheScansFromAWorkerAtItsDrainDeadline() {
        var scaler = scaler(0, 4);
        backlog = 1;
        look(scaler, 2);
        backlog = 0;
        pool.put("w1", new Seen(WorkerState.READY, 1, ""));
        while (!told.contains("retire w1")) {
            look(scaler, 1);
        }
        look(scaler, 29);
        assertThat(told).doesNotContain("remove w1");
        look(scaler, 1);
        assertThat(told).endsWith("remove w1");
    }

    @Test
    void endsAWorkerThatDoesNotHearThatItIsToEnd() {
        driver.manner = Manner.DEAF;
        var scaler = scaler(0, 4);
        backlog = 1;
        look(scaler, 2);
        backlog = 0;
        look(scaler, 75);
        assertThat(workers(scaler)).containsExactly("w1 draining");
        look(scaler, 25);
        assertThat(driver.nodes).isEmpty();
    }

    @Test
    void countsThoseThatDrainAmongTheMaximum() {
        driver.manner = Manner.DEAF;
        var scaler = scaler(0, 1);
        backlog = 1;
        look(scaler, 2);
        backlog = 0;
        look(scaler, 75);
        backlog = 1;
        look(scaler, 5);
        assertThat(workers(scaler)).containsExactly("w1 draining");
        look(scaler, 40);
        assertThat(workers(scaler)).endsWith("w2 ready");
        assertThat(driver.nodes).containsOnlyKeys("w2");
    }

    @Test
    void letsThoseGoFirstThatHaveLeastToDo() {
        var scaler = scaler(0, 3);
        backlog = 100_000;
        look(scaler, 2);
        pool.put("w1", new Seen(WorkerState.READY, 1, ""));
        pool.put("w2", new Seen(WorkerState.READY, 5, ""));
        pool.put("w3", new Seen(WorkerState.READY, 3, ""));
        backlog = 1;
        look(scaler, 62);
        assertThat(told.stream().filter(each -> each.startsWith("retire"))).containsExactly("retire w1", "retire w3");
    }

    @Test
    void replacesADeadWorkerAndWaitsLongerWithEachThatDies() {
        driver.manner = Manner.DYING;
        var scaler = scaler(1, 1);
        var startedAt = new ArrayList<Integer>();
        String last = "";
        for (int second = 1; second <= 200; second++) {
            look(scaler, 1);
            var newest = driver.nodes.isEmpty()
                    ? last
                    : driver.nodes.keySet().iterator().next();
            if (!newest.equals(last)) {
                startedAt.add(second);
                last = newest;
            }
        }
        // Seen dead a second after its start, then after a pause of 1, 2, 4 ... 60 seconds.
        assertThat(startedAt).containsExactly(1, 3, 6, 11, 20, 37, 70, 131, 192);
    }

    @Test
    void saysWhyNoneIsStartedJustNow() {
        driver.manner = Manner.DYING;
        var scaler = scaler(1, 1);
        look(scaler, 4);
        assertThat(scaler.crew().why())
                .isEqualTo("nothing is to be scanned: min keeps 1; after those that died the next is started in 2 s");
        assertThat(scaler.crew().workers())
                .extracting(Crew.Member::id, Crew.Member::state, Crew.Member::reason)
                .containsExactly(tuple("w1", WorkerState.GONE, "no luck"), tuple("w2", WorkerState.GONE, "no luck"));
    }

    @Test
    void startsTheNextSoonAgainOnceAWorkerHasLived() {
        driver.manner = Manner.DYING;
        var scaler = scaler(1, 1);
        look(scaler, 40);
        driver.manner = Manner.GOOD;
        look(scaler, 100);
        var living = driver.nodes.keySet().iterator().next();
        driver.become(living, WorkerState.GONE);
        look(scaler, 3);
        assertThat(driver.nodes).hasSize(1).doesNotContainKey(living);
    }

    @Test
    void endsAWorkerThatDoesNotGetReady() {
        driver.manner = Manner.MUTE;
        var scaler = scaler(1, 1);
        look(scaler, 61);
        assertThat(workers(scaler)).containsExactly("w1 gone");
        assertThat(scaler.crew().workers().getFirst().reason()).isEqualTo("it was not ready within 60 s");
        look(scaler, 2);
        assertThat(workers(scaler)).containsExactly("w1 gone", "w2 starting");
    }

    @Test
    void endsAWorkerThatGivesNoAnswer() {
        var scaler = scaler(1, 1);
        look(scaler, 2);
        pool.put("w1", new Seen(WorkerState.GONE, 3, "no answer in time"));
        look(scaler, 10);
        assertThat(workers(scaler)).containsExactly("w1 gone");
        assertThat(driver.nodes).containsOnlyKeys("w1");
        look(scaler, 8);
        assertThat(driver.nodes).containsOnlyKeys("w2");
        assertThat(told).containsExactly("add w1 http://127.0.0.1/w1", "remove w1", "add w2 http://127.0.0.1/w2");
    }

    /** It holds the most scans, for it ends none. */
    @Test
    void leavesTheWorkerThatAnswersWhereAnotherGivesNoAnswer() {
        var scaler = scaler(0, 2);
        backlog = 100_000;
        look(scaler, 2);
        backlog = 1;
        look(scaler, 58);
        pool.put("w1", new Seen(WorkerState.GONE, 8, "no answer in time"));
        pool.put("w2", new Seen(WorkerState.READY, 3, ""));
        look(scaler, 20);
        assertThat(scaler.crew().wanted()).isEqualTo(1);
        assertThat(told).containsExactly("add w1 http://127.0.0.1/w1", "add w2 http://127.0.0.1/w2", "remove w1");
        assertThat(driver.nodes).containsOnlyKeys("w2");
    }

    @Test
    void startsAnotherAtOnceForAWorkerThatGivesNoAnswer() {
        var scaler = scaler(1, 2);
        look(scaler, 2);
        pool.put("w1", new Seen(WorkerState.GONE, 3, "no answer in time"));
        look(scaler, 1);
        assertThat(workers(scaler)).containsExactly("w1 gone", "w2 starting");
    }

    @Test
    void letsTheOtherGoAgainOnceAWorkerAnswers() {
        var scaler = scaler(1, 2);
        look(scaler, 2);
        pool.put("w1", new Seen(WorkerState.GONE, 3, "no answer in time"));
        look(scaler, 1);
        driver.become("w2", WorkerState.STARTING);
        pool.put("w1", new Seen(WorkerState.READY, 3, ""));
        look(scaler, 3);
        assertThat(workers(scaler)).containsExactly("w2 gone", "w1 ready");
    }

    /** It gets no scans, whatever it still has. */
    @Test
    void letsAWorkerWhoseEngineSleepsGoBeforeOneThatIsReady() {
        var scaler = scaler(0, 2);
        backlog = 100_000;
        look(scaler, 2);
        pool.put("w1", new Seen(WorkerState.STARTING, 2, "rspamd: connection refused"));
        backlog = 1;
        look(scaler, 62);
        assertThat(told.stream().filter(each -> each.startsWith("retire"))).containsExactly("retire w1");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverCostsAReadyWorkerThatAnotherFallsSilent(long seed) {
        var random = new Random(seed);
        var scaler = scaler(random.nextInt(3), 4);
        int retired = 0;
        for (int second = 0; second < 4000; second++) {
            if (random.nextInt(40) == 0) {
                backlog = List.of(0L, 1L, 3000L, 100_000L).get(random.nextInt(4));
            }
            pool.replaceAll((_, before) -> random.nextInt(15) == 0 ? anyState(random) : before);
            told.clear();
            look(scaler, 1);
            var gone = told.stream()
                    .filter(each -> each.startsWith("retire "))
                    .map(each -> each.substring("retire ".length()))
                    .toList();
            retired += gone.size();
            var crew = scaler.crew();
            assertThat(gone)
                    .allSatisfy(id ->
                            assertThat(pool.getOrDefault(id, READY).state()).isNotEqualTo(WorkerState.GONE));
            if (!gone.isEmpty() || (driver.nodes.size() < 4 && !crew.why().contains("the next is started"))) {
                assertThat(crew.workers())
                        .as("second %d: %s", second, crew)
                        .filteredOn(each -> each.state() == WorkerState.READY || each.state() == WorkerState.STARTING)
                        .hasSizeGreaterThanOrEqualTo(crew.wanted());
            }
        }
        assertThat(retired).isGreaterThan(10);
    }

    private static Seen anyState(Random random) {
        var state =
                List.of(WorkerState.READY, WorkerState.READY, WorkerState.GONE).get(random.nextInt(3));
        return new Seen(state, random.nextInt(9), "");
    }

    /** Its engine sleeps: another worker's would sleep too. */
    @Test
    void leavesAWorkerAloneWhoseEngineSleeps() {
        var scaler = scaler(1, 1);
        look(scaler, 2);
        pool.put("w1", new Seen(WorkerState.STARTING, 0, "rspamd: connection refused"));
        look(scaler, 200);
        assertThat(scaler.crew().workers())
                .extracting(Crew.Member::id, Crew.Member::state, Crew.Member::reason)
                .containsExactly(tuple("w1", WorkerState.STARTING, "rspamd: connection refused"));
    }

    @Test
    void waitsForThoseOfAFormerLifeAndEndsThemAtTheDeadline() throws Exception {
        driver.manner = Manner.DEAF;
        driver.start("w1");
        var scaler = scaler(1, 2, new ScriptedDriver(driver.nodes, Manner.DEAF));
        look(scaler, 3);
        assertThat(workers(scaler)).containsExactly("w1 draining", "w2 ready");
        look(scaler, 30);
        assertThat(driver.nodes).containsOnlyKeys("w2");
        assertThat(scaler.crew().why()).doesNotContain("died");
    }

    @Test
    void doesNothingWhileItCannotBeKnownWhatRuns() {
        var scaler = scaler(1, 2);
        driver.fault = Optional.of("the cloud is away");
        look(scaler, 5);
        assertThat(driver.nodes).isEmpty();
        assertThat(scaler.crew().why()).endsWith("; the cloud is away");
        driver.fault = Optional.empty();
        look(scaler, 3);
        assertThat(workers(scaler)).containsExactly("w1 ready");
        assertThat(scaler.crew().why()).isEqualTo("nothing is to be scanned: min keeps 1");
    }

    @Test
    void showsWhyNoneCanBeStarted() {
        driver.manner = Manner.IMPOSSIBLE;
        var scaler = scaler(1, 1);
        look(scaler, 3);
        assertThat(scaler.crew().why()).contains("; worker w").endsWith(" does not start");
    }

    @Test
    void leavesNoneBehindWhenItCloses() {
        driver.manner = Manner.DEAF;
        var scaler = scaler(2, 2);
        look(scaler, 2);
        scaler.close();
        look(scaler, 5);
        assertThat(driver.nodes).isEmpty();
        assertThat(pool).isEmpty();
    }

    @Test
    void addsAWorkerForAFloodWithinTwoSeconds() {
        var scaler = scaler(1, 4);
        look(scaler, 20);
        arrived = 400;
        look(scaler, 2);
        assertThat(driver.nodes).hasSize(2);
    }
}
