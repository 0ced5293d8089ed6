package io.mailvane.appliance.node;

import io.mailvane.appliance.config.ScanSettings;
import io.mailvane.queue.MessageQueue;
import io.mailvane.scaling.Crew;
import io.mailvane.scaling.DriverException;
import io.mailvane.scaling.Measure;
import io.mailvane.scaling.NodeDriver;
import io.mailvane.scaling.Pool;
import io.mailvane.scaling.ProcessDriver;
import io.mailvane.scaling.Scaler;
import io.mailvane.scaling.ScalingSettings;
import io.mailvane.scaling.ScalingSettings.Patience;
import io.mailvane.scanning.ScanPool;
import io.mailvane.scanning.WorkerView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The scan workers of a node: as many as its mail needs, given to the pool that asks them. Without an engine there is none.
 * Any number of threads.
 */
final class Workers implements AutoCloseable {
    /** What mail is to wait for its scan at most: a client that waits has more patience, and the queue absorbs the rest. */
    private static final Duration TARGET = Duration.ofSeconds(5);
    /** Whoever asks says how long it waits; this is for those that do not. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final ScalingSettings settings;
    private final Optional<NodeDriver> driver;
    private volatile Optional<Scaler> scaler = Optional.empty();

    private Workers(ScalingSettings settings, Optional<NodeDriver> driver) {
        this.settings = settings;
        this.driver = driver;
    }

    /**
     * Ends what a former life left behind, and starts none: that is done by {@link #look}. Opened before the pool, since it is to be
     * closed after it: scans end before their workers do.
     *
     * @param folder the workers' alone
     * @param token file that holds what workers ask for
     * @throws IOException if the folder cannot be used
     */
    static Workers open(ScanSettings settings, Path folder, Path token) throws IOException {
        var wanted = settings.workers();
        var scaling = new ScalingSettings(
                wanted.min(), wanted.max(), wanted.idle(), wanted.capacity(), TARGET, Patience.DEFAULT);
        try {
            // Also where nothing is scanned any more: workers of a former life would stay for ever.
            boolean opens = settings.wanted() || Files.exists(folder);
            var driver = opens ? Optional.of(driver(settings, folder, token)) : Optional.<NodeDriver>empty();
            return new Workers(scaling, driver.filter(_ -> settings.wanted()));
        } catch (DriverException e) {
            throw new IOException("scan.workers: " + e.getMessage(), e);
        }
    }

    /**
     * They are for that pool and the mail of that queue.
     *
     * @param arrived messages to scan that came so far
     */
    void serve(ScanPool pool, MessageQueue queue, LongSupplier arrived) {
        scaler = driver.map(nodes -> new Scaler(
                settings,
                nodes,
                functions(pool),
                () -> measure(pool, queue, arrived, InstantSource.system()),
                System::nanoTime));
    }

    private static NodeDriver driver(ScanSettings settings, Path folder, Path token) throws DriverException {
        return switch (settings.workers().driver()) {
            case PROCESS ->
                ProcessDriver.open(
                        folder, new ProcessDriver.Program(command(settings, token), OwnProgram.environmentOfWorkers()));
        };
    }

    private static List<String> command(ScanSettings settings, Path token) {
        var command = new ArrayList<>(OwnProgram.command("scan-worker"));
        settings.engines().forEach(engine -> command.addAll(List.of("--engine", engine)));
        command.addAll(List.of(
                "--token-file",
                token.toString(),
                "--capacity",
                Integer.toString(settings.workers().capacity()),
                "--longest",
                Long.toString(LONGEST.toSeconds()),
                "--drain",
                Long.toString(Patience.DEFAULT.drain().toSeconds())));
        return command;
    }

    private static Pool functions(ScanPool pool) {
        return new Pool(
                pool::add,
                pool::retire,
                pool::remove,
                () -> pool.workers().stream().collect(Collectors.toUnmodifiableMap(WorkerView::id, Workers::seen)));
    }

    private static Pool.Seen seen(WorkerView view) {
        return new Pool.Seen(view.state(), view.inFlight(), view.reason());
    }

    private static Measure measure(ScanPool pool, MessageQueue queue, LongSupplier arrived, InstantSource clock) {
        var load = pool.load();
        var queued = queue.counts();
        return new Measure(
                arrived.getAsLong(),
                load.service(),
                load.running(),
                queued.toScan() + load.waiting(),
                queued.oldestToScan()
                        .map(oldest -> Duration.between(oldest, clock.instant()))
                        .orElse(Duration.ZERO));
    }

    /** Looks at what runs and what is to be done, and starts and stops workers. */
    void look() {
        scaler.ifPresent(Scaler::look);
    }

    /** As of the last look. */
    Crew crew() {
        return scaler.map(Scaler::crew).orElseGet(() -> Crew.none("no engine is configured: nothing is scanned"));
    }

    @Override
    public void close() {
        scaler.ifPresent(Scaler::close);
    }
}
