package io.mailvane.scanning;

import static org.awaitility.Awaitility.await;

import io.mailvane.mail.Secret;
import io.mailvane.mail.WorkerState;
import io.mailvane.scanning.WorkerSettings.Access;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A pool whose workers run in this process. */
final class PoolKit implements AutoCloseable {
    private static final Access TOKEN = new Access.Token(new Secret("t0ken"));
    private static final PoolSettings SETTINGS =
            new PoolSettings(Duration.ofSeconds(10), 2, 3, Duration.ofMillis(50), PoolSettings.DEFAULT.room());

    final ScanPool pool = new ScanPool(SETTINGS, TOKEN, System::nanoTime);
    private final List<ScanWorker> workers = new ArrayList<>();
    private final Path spool;

    PoolKit(Path spool) {
        this.spool = spool;
    }

    /** A worker whose engine does as the script says; else as the other. */
    void add(String id, ScriptedEngine.Script script) throws Exception {
        add(id, new ScriptedEngine(script));
    }

    /** Begins a worker with room for two scans, and waits until it is ready. */
    void add(String id, ScanEngine engine) throws Exception {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var settings = new WorkerSettings(any, TOKEN, 2, Duration.ofSeconds(20), spool);
        var worker = ScanWorker.start(settings, new Engines(List.of(engine)), System::nanoTime);
        workers.add(worker);
        pool.add(id, URI.create("http://127.0.0.1:" + worker.address().getPort()));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> pool.workers().stream()
                        .anyMatch(view -> view.id().equals(id) && view.state() == WorkerState.READY));
    }

    @Override
    public void close() {
        pool.close();
        workers.forEach(ScanWorker::close);
    }
}
