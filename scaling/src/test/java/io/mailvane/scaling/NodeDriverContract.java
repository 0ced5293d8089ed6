package io.mailvane.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.WorkerState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every driver keeps. */
interface NodeDriverContract {
    Duration SOON = Duration.ofSeconds(20);

    /** How a worker behaves. */
    enum Manner {
        /** Becomes ready, and ends when it is told to drain. */
        GOOD,
        /** Never says that it is ready. */
        MUTE,
        /** Says something else. */
        NONSENSE,
        /** Ends at once. */
        DYING,
        /** Becomes ready, and does not hear that it is to drain. */
        DEAF,
        /** Cannot even be begun. */
        IMPOSSIBLE
    }

    /** A driver of that owner, as it is after a start of the owner; what the former one began may still run. */
    NodeDriver driver(String owner, Manner manner) throws Exception;

    /** Ends the worker as no driver would. */
    void kill(NodeDriver driver, String id) throws Exception;

    private static List<String> states(NodeDriver driver) throws DriverException {
        return driver.list().stream()
                .map(node -> node.id() + " " + node.state().label())
                .toList();
    }

    private static void awaitStates(NodeDriver driver, String... states) {
        await().atMost(SOON).untilAsserted(() -> assertThat(states(driver)).containsExactly(states));
    }

    @Test
    default void startsWorkersThatBecomeReadySomewhere() throws Exception {
        var driver = driver("one", Manner.GOOD);
        assertThat(driver.list()).isEmpty();
        driver.start("w1");
        driver.start("w2");
        assertThat(driver.list()).extracting(WorkerNode::id).containsExactly("w1", "w2");
        awaitStates(driver, "w1 ready", "w2 ready");
        assertThat(driver.list()).allSatisfy(node -> assertThat(node.url()).isPresent());
        assertThat(driver.list()).extracting(WorkerNode::reason).containsOnly("");
    }

    @Test
    default void startsOneOfAnIdOnly() throws Exception {
        var driver = driver("one", Manner.GOOD);
        driver.start("w1");
        awaitStates(driver, "w1 ready");
        var before = driver.list();
        driver.start("w1");
        assertThat(driver.list()).isEqualTo(before);
    }

    @Test
    default void drainsUntilTheWorkerHasEnded() throws Exception {
        var driver = driver("one", Manner.GOOD);
        driver.start("w1");
        awaitStates(driver, "w1 ready");
        driver.drain("w1");
        driver.drain("w1");
        assertThat(driver.list())
                .allSatisfy(node -> assertThat(node.state()).isIn(WorkerState.DRAINING, WorkerState.GONE));
        awaitStates(driver, "w1 gone");
        driver.drain("w1");
        driver.stop("w1");
        assertThat(driver.list()).isEmpty();
    }

    @Test
    default void stopsAtOnceWhatDoesNotHear() throws Exception {
        var driver = driver("one", Manner.DEAF);
        driver.start("w1");
        awaitStates(driver, "w1 ready");
        driver.drain("w1");
        assertThat(states(driver)).containsExactly("w1 draining");
        driver.stop("w1");
        assertThat(driver.list()).isEmpty();
    }

    @Test
    default void stopsAndStartsAnewUnderTheSameId() throws Exception {
        var driver = driver("one", Manner.MUTE);
        driver.start("w1");
        assertThat(states(driver)).containsExactly("w1 starting");
        driver.stop("w1");
        driver.stop("w1");
        assertThat(driver.list()).isEmpty();
        driver.start("w1");
        assertThat(states(driver)).containsExactly("w1 starting");
    }

    @Test
    default void knowsNothingOfWhatItDidNotStart() throws Exception {
        var driver = driver("one", Manner.GOOD);
        driver.drain("w9");
        driver.stop("w9");
        assertThat(driver.list()).isEmpty();
    }

    @Test
    default void showsWhatEndedUntilItIsStopped() throws Exception {
        var driver = driver("one", Manner.GOOD);
        driver.start("w1");
        awaitStates(driver, "w1 ready");
        kill(driver, "w1");
        awaitStates(driver, "w1 gone");
        assertThat(driver.list()).extracting(WorkerNode::reason).doesNotContain("");
        driver.stop("w1");
        assertThat(driver.list()).isEmpty();
    }

    @Test
    default void showsWhyOneThatDiesAtItsStartIsGone() throws Exception {
        var driver = driver("one", Manner.DYING);
        driver.start("w1");
        awaitStates(driver, "w1 gone");
        assertThat(driver.list()).extracting(WorkerNode::reason).asString().contains("no luck");
    }

    @Test
    default void takesNonsenseForNoWorker() throws Exception {
        var driver = driver("one", Manner.NONSENSE);
        driver.start("w1");
        awaitStates(driver, "w1 gone");
        assertThat(driver.list()).extracting(WorkerNode::reason).asString().contains("instead of READY");
    }

    @Test
    default void listsNothingThatCouldNotBeBegun() throws Exception {
        var driver = driver("one", Manner.IMPOSSIBLE);
        assertThatExceptionOfType(DriverException.class).isThrownBy(() -> driver.start("w1"));
        assertThat(driver.list()).isEmpty();
    }

    @Test
    default void findsWhatAFormerLifeLeftBehind() throws Exception {
        var former = driver("one", Manner.DEAF);
        former.start("w1");
        former.start("w2");
        awaitStates(former, "w1 ready", "w2 ready");
        var driver = driver("one", Manner.DEAF);
        assertThat(driver.list()).extracting(WorkerNode::id).containsExactlyInAnyOrder("w1", "w2");
        assertThat(driver.list()).allSatisfy(node -> assertThat(node.state()).isNotEqualTo(WorkerState.STARTING));
        driver.stop("w1");
        driver.stop("w2");
        assertThat(driver("one", Manner.DEAF).list()).isEmpty();
    }

    @Test
    default void neitherShowsNorTouchesTheWorkersOfAnotherOwner() throws Exception {
        var one = driver("one", Manner.GOOD);
        one.start("w1");
        awaitStates(one, "w1 ready");
        var two = driver("two", Manner.GOOD);
        assertThat(two.list()).isEmpty();
        two.drain("w1");
        two.stop("w1");
        two.start("w1");
        awaitStates(two, "w1 ready");
        two.stop("w1");
        assertThat(states(one)).containsExactly("w1 ready");
    }
}
