package io.mailvane.scaling;

import io.mailvane.mail.WorkerState;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A worker that is a process. One thread at a time. */
final class WorkerProcess {
    /** A process that was killed is gone at once, unless the machine is stuck. */
    private static final Duration DEATH = Duration.ofSeconds(5);

    /** The exit status of who was ended by a signal is above this. */
    private static final int SIGNALLED = 128;

    /** One whose engines sleep only listens: it says itself why it is not ready, to who asks. */
    private static final Pattern SERVES =
            Pattern.compile("(?:READY|LISTENING) worker=\\d{1,19} url=(?<url>https?://[^\\s/?#]{1,255}:\\d{1,5})");

    private final String id;
    private final WorkerFolder folder;
    private final ProcessHandle handle;
    /** Absent for one of a former life, whose exit status nobody can know. */
    private final Optional<Process> process;

    private Optional<URI> url = Optional.empty();
    private Optional<String> nonsense = Optional.empty();
    private boolean draining;

    private WorkerProcess(String id, WorkerFolder folder, ProcessHandle handle, Optional<Process> process) {
        this.id = id;
        this.folder = folder;
        this.handle = handle;
        this.process = process;
    }

    static WorkerProcess former(String id, Path path, ProcessHandle handle) {
        return new WorkerProcess(id, new WorkerFolder(path), handle, Optional.empty());
    }

    static WorkerProcess start(String id, Path path, ProcessDriver.Program program) throws DriverException {
        try {
            var folder = WorkerFolder.make(path);
            var builder = new ProcessBuilder(program.command())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(folder.said().toFile())
                    .redirectError(Redirect.appendTo(folder.log().toFile()));
            builder.environment().putAll(program.environment());
            builder.environment().put(ProcessTable.VARIABLE, path.toString());
            var process = builder.start();
            return new WorkerProcess(id, folder, process.toHandle(), Optional.of(process));
        } catch (IOException e) {
            throw new DriverException("worker " + id + " does not start: " + e.getMessage(), e);
        }
    }

    WorkerNode look() throws DriverException {
        try {
            if (!runs()) {
                return node(WorkerState.GONE, ended());
            }
            if (draining) {
                return node(WorkerState.DRAINING, "it was told to end");
            }
            folder.boundLog();
            hear();
            if (nonsense.isPresent()) {
                handle.destroyForcibly();
                return node(WorkerState.DRAINING, nonsense.get());
            }
            return url.isPresent() ? node(WorkerState.READY, "") : node(WorkerState.STARTING, "it does not serve yet");
        } catch (IOException e) {
            throw new DriverException("worker " + id + ": " + e, e);
        }
    }

    private WorkerNode node(WorkerState state, String reason) {
        return new WorkerNode(id, state, Optional.of(handle.pid()), url, reason);
    }

    private void hear() throws IOException {
        if (url.isEmpty() && nonsense.isEmpty()) {
            var line = folder.firstLine();
            url = line.map(SERVES::matcher).filter(Matcher::matches).map(matcher -> URI.create(matcher.group("url")));
            nonsense = line.filter(_ -> url.isEmpty()).map(said -> "it said '" + said + "' instead of READY");
        }
    }

    private String ended() throws IOException {
        if (nonsense.isPresent()) {
            return nonsense.get();
        }
        if (process.isEmpty()) {
            return "it has ended";
        }
        int status = process.get().exitValue();
        // Whom a signal ended had no last words: what it logged before is no reason.
        var words = status == 0 || status > SIGNALLED ? "" : folder.lastWords();
        return "ended with exit status " + status + (words.isEmpty() ? "" : ": " + words);
    }

    /** Our own children are waited for by the JDK; those of a former life perhaps by nobody. */
    private boolean runs() {
        return process.map(Process::isAlive).orElseGet(() -> ProcessTable.runs(handle));
    }

    void drain() {
        draining = true;
        handle.destroy();
    }

    void kill() {
        draining = true;
        handle.destroyForcibly();
    }

    void stop() throws DriverException {
        try {
            boolean died = (!runs() && !draining) || nonsense.isPresent();
            handle.destroyForcibly();
            awaitDeath();
            if (died) {
                folder.keepLog();
            }
            WorkerFolder.delete(folder.path());
        } catch (IOException | ExecutionException e) {
            throw new DriverException("worker " + id + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException("worker " + id + ": interrupted", e);
        }
    }

    private void awaitDeath() throws DriverException, ExecutionException, InterruptedException {
        try {
            handle.onExit().get(DEATH.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (runs()) {
                throw new DriverException("worker " + id + ": process " + handle.pid() + " does not die", e);
            }
        }
    }
}
