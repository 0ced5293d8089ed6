package io.mailvane.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.WorkerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract over real processes: shell scripts that behave as workers do. */
class ProcessDriverIT implements NodeDriverContract {
    private static final String LOOP = "while :; do sleep 0.05 & wait $!; done\n";
    private static final String READY = "echo \"READY worker=$$ url=http://127.0.0.1:$$\"\n";

    @TempDir
    Path folder;

    private final List<NodeDriver> drivers = new ArrayList<>();

    @AfterEach
    void stopAll() throws Exception {
        for (var driver : drivers) {
            for (var node : driver.list()) {
                driver.stop(node.id());
            }
        }
    }

    @Override
    public NodeDriver driver(String owner, Manner manner) throws Exception {
        var driver = ProcessDriver.open(folder.resolve(owner), new ProcessDriver.Program(command(manner), Map.of()));
        drivers.add(driver);
        return driver;
    }

    private List<String> command(Manner manner) throws Exception {
        if (manner == Manner.IMPOSSIBLE) {
            return List.of(folder.resolve("none").toString());
        }
        var script = Files.writeString(
                folder.resolve(manner + ".sh"),
                switch (manner) {
                    case GOOD -> "trap 'exit 0' TERM\n" + READY + LOOP;
                    case DEAF -> "trap '' TERM\n" + READY + LOOP;
                    case MUTE -> LOOP;
                    case NONSENSE -> "trap '' TERM\necho READY or not\n" + LOOP;
                    case DYING -> "echo no luck >&2\nexit 3\n";
                    case IMPOSSIBLE -> throw new IllegalStateException("has no script");
                });
        return List.of("sh", script.toString());
    }

    @Override
    public void kill(NodeDriver driver, String id) throws Exception {
        handle(driver, id).destroyForcibly();
    }

    private static ProcessHandle handle(NodeDriver driver, String id) throws Exception {
        return driver.list().stream()
                .filter(node -> node.id().equals(id))
                .flatMap(node -> node.pid().stream())
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void leavesNoProcessAndNoFolderBehind() throws Exception {
        var driver = driver("one", Manner.DEAF);
        driver.start("w1");
        await().atMost(SOON).until(() -> driver.list().getFirst().state() == WorkerState.READY);
        var process = handle(driver, "w1");
        assertThat(Files.getPosixFilePermissions(folder.resolve("one/w1")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        driver.stop("w1");
        assertThat(process.isAlive()).isFalse();
        assertThat(folder.resolve("one")).isEmptyDirectory();
    }

    @Test
    void saysHowItEndedAndKeepsTheLogOfTheLastThatDied() throws Exception {
        var driver = driver("one", Manner.DYING);
        driver.start("w1");
        await().atMost(SOON).until(() -> driver.list().getFirst().state() == WorkerState.GONE);
        assertThat(driver.list().getFirst().reason()).isEqualTo("ended with exit status 3: no luck");
        driver.stop("w1");
        assertThat(folder.resolve("one/died.log")).hasContent("no luck\n");
        assertThat(driver("one", Manner.DYING).list()).isEmpty();
    }

    @Test
    void listsAWorkerThatServesThoughItsEnginesSleepSoThatItCanBeAskedWhy() throws Exception {
        var script = Files.writeString(folder.resolve("asleep.sh"), READY.replace("READY", "LISTENING") + LOOP);
        var driver = ProcessDriver.open(
                folder.resolve("one"), new ProcessDriver.Program(List.of("sh", script.toString()), Map.of()));
        drivers.add(driver);
        driver.start("w1");
        await().atMost(SOON).until(() -> driver.list().getFirst().url().isPresent());
        assertThat(driver.list().getFirst().state()).isEqualTo(WorkerState.READY);
    }

    /** As one that was killed between making the folder and starting the process. */
    @Test
    void clearsFoldersWithoutAProcess() throws Exception {
        Files.createDirectories(folder.resolve("one/w3"));
        Files.writeString(folder.resolve("one/w3/said"), "READY worker=1 url=http://127.0.0.1:1\n");
        var driver = driver("one", Manner.GOOD);
        assertThat(driver.list()).isEmpty();
        assertThat(folder.resolve("one")).isEmptyDirectory();
    }

    /** One with a worker's command line may look at a worker, or be in a container where that folder is another. */
    @ParameterizedTest
    @CsvSource({"'', one/w1", "one-more/w1, one/w1", "one/w1/x, one/w1", "one/w1, one-more/w1"})
    void touchesNoProcessThatWasNotStartedAsAWorkerOfThisFolder(String started, String spool) throws Exception {
        var program = new ProcessBuilder("sh", command(Manner.GOOD).getLast(), "--spool", folder + "/" + spool);
        program.environment().put("MAILVANE_WORKER", folder + "/" + started);
        var stranger = program.start();
        try {
            assertThat(stranger.inputReader().readLine()).startsWith("READY");
            assertThat(driver("one", Manner.GOOD).list()).isEmpty();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void movesALogThatGrewLongOutOfTheWay() throws Exception {
        var driver = driver("one", Manner.GOOD);
        driver.start("w1");
        var log = folder.resolve("one/w1/log");
        Files.writeString(log, "x".repeat((1 << 20) + 1), StandardOpenOption.APPEND);

        driver.list();

        assertThat(log).isEmptyFile();
        assertThat(folder.resolve("one/w1/log.1")).hasSize((1 << 20) + 1);
    }

    @Test
    void takesNoIdThatIsAPath() throws Exception {
        var driver = driver("one", Manner.GOOD);
        assertThatIllegalArgumentException().isThrownBy(() -> driver.start("../w1"));
    }
}
