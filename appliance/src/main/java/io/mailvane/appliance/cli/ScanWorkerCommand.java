package io.mailvane.appliance.cli;

import io.mailvane.inbound.PemTls;
import io.mailvane.mail.Secret;
import io.mailvane.mail.WorkerState;
import io.mailvane.scanning.EngineAddress;
import io.mailvane.scanning.Engines;
import io.mailvane.scanning.ScanWorker;
import io.mailvane.scanning.WorkerSettings;
import io.mailvane.scanning.WorkerSettings.Access;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A scan worker in the foreground. Nodes start theirs by themselves; this is how, and how one is run elsewhere. */
@Command(
        name = "scan-worker",
        description = "Runs one scan worker in the foreground, until SIGTERM or the end of its node.",
        mixinStandardHelpOptions = true)
final class ScanWorkerCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--engine",
            required = true,
            paramLabel = "ENGINE",
            description =
                    "builtin, rspamd=http://HOST:PORT, rspamd=http://HOST:PORT?max-message=SIZE, clamav=ADDRESS:PORT or"
                            + " clamav=/SOCKET; in the order to ask")
    private List<String> engines = List.of();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            defaultValue = "127.0.0.1:0",
            description = "Where it serves; port 0 is any free one")
    private String listen = "";

    @Option(names = "--token-file", paramLabel = "FILE", description = "On loopback: what those who ask must know")
    private @Nullable Path tokenFile;

    @Option(names = "--certificate", paramLabel = "PEM", description = "Beyond loopback: its certificate")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "PEM", description = "The certificate's key")
    private @Nullable Path key;

    @Option(names = "--authority", paramLabel = "PEM", description = "Who signs the certificates of those who may ask")
    private @Nullable Path authority;

    @Option(names = "--capacity", paramLabel = "SCANS", defaultValue = "8", description = "Scans at once")
    private int capacity;

    @Option(names = "--longest", paramLabel = "SECONDS", defaultValue = "60", description = "What a scan may take")
    private int longest;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long SIGTERM waits for scans")
    private int drain;

    @Option(names = "--parent", paramLabel = "PID", description = "Ends with this process")
    private @Nullable Long parent;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            description = "For content too large for memory; default: the system's folder for temporary files")
    private @Nullable Path spool;

    ScanWorkerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        var settings = settings();
        var asked = engines();
        LibraryLogs.join();
        try (var worker = ScanWorker.start(settings, asked, System::nanoTime)) {
            Signals.on("TERM", worker::end);
            if (parent == null) {
                Signals.on("INT", worker::end);
            } else {
                // Ctrl-C reaches all of a terminal: who has a node drains with it, and has its scans until then.
                Signals.on("INT", () -> {});
                worker.endWith(parent);
            }
            tellStart(settings, worker);
            worker.awaitEnd();
            worker.drain(Duration.ofSeconds(drain));
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw new CommandException(ExitStatus.REFUSED, "the worker does not start: " + Sentences.of(e));
        }
    }

    /** Whoever started it can ask it from then on why it is not ready. */
    private void tellStart(WorkerSettings settings, ScanWorker worker) throws InterruptedException {
        worker.awaitTried();
        var status = worker.status();
        if (status.state() == WorkerState.STARTING) {
            terminal.out().println(line("LISTENING", settings, worker));
            terminal.err().println("mailvane: not ready yet: " + status.reason());
        }
        if (worker.awaitReady()) {
            terminal.out().println(line("READY", settings, worker));
        }
    }

    private static String line(String word, WorkerSettings settings, ScanWorker worker) {
        var scheme = settings.access().tls().isPresent() ? "https" : "http";
        var address = worker.address();
        var host = address.getAddress().getHostAddress();
        return word + " worker=" + ProcessHandle.current().pid() + " url=" + scheme + "://"
                + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private Engines engines() {
        try {
            return new Engines(engines.stream()
                    .map(engine -> EngineAddress.parse(engine).engine())
                    .toList());
        } catch (IllegalArgumentException e) {
            throw usage("--engine: " + e.getMessage());
        }
    }

    private WorkerSettings settings() {
        try {
            requireDrain();
            return new WorkerSettings(address(), access(), capacity, Duration.ofSeconds(longest), folder());
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private void requireDrain() {
        if (drain < 0) {
            throw usage("drain: at least 0");
        }
    }

    /** Tried by a file, which says more than any permission does. */
    private Path folder() {
        var folder = spool == null ? Path.of(System.getProperty("java.io.tmpdir")) : spool;
        try {
            Files.delete(Files.createTempFile(folder, "scan", ""));
            return folder;
        } catch (IOException e) {
            throw usage("--spool: no file can be made in '" + folder + "'");
        }
    }

    private InetSocketAddress address() {
        try {
            var uri = new URI("tcp://" + listen);
            if (uri.getHost() != null && uri.getPort() >= 0) {
                var address = new InetSocketAddress(uri.getHost(), uri.getPort());
                if (!address.isUnresolved()) {
                    return address;
                }
            }
            throw usage("--listen: '" + listen + "' is not ADDRESS:PORT");
        } catch (URISyntaxException e) {
            throw usage("--listen: '" + listen + "' is not ADDRESS:PORT");
        }
    }

    private Access access() {
        try {
            if (certificate != null && key != null && authority != null && tokenFile == null) {
                return new Access.MutualTls(PemTls.mutual(certificate, key, authority));
            }
            if (certificate == null && key == null && authority == null && tokenFile != null) {
                return new Access.Token(token(tokenFile));
            }
            throw usage("Say either --token-file, or --certificate, --key and --authority");
        } catch (IOException e) {
            throw new CommandException(ExitStatus.REFUSED, "the worker does not start: " + Sentences.of(e));
        } catch (GeneralSecurityException e) {
            throw new CommandException(ExitStatus.REFUSED, "the worker does not start: " + e.getMessage());
        }
    }

    private static Secret token(Path file) throws IOException {
        var token = Files.readString(file).strip();
        if (token.isEmpty()) {
            throw usage("--token-file: '" + file + "' is empty");
        }
        return new Secret(token);
    }

    private static CommandException usage(String sentence) {
        return new CommandException(ExitStatus.USAGE, sentence);
    }
}
