package io.mailvane.appliance.cli;

import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.appliance.node.Node;
import io.mailvane.appliance.node.PrivateDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code up}: the two sample nodes and the sandbox, or the nodes of given files, as processes of their own. */
@Command(
        name = "up",
        description =
                "Starts two sample nodes and the sandbox around them, or the nodes of the given files; Ctrl-C drains them.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    /**
     * Two nodes that start on two cores would leave their compilers half of them: what they need at once is interpreted, and the
     * rest compiled as it works. A node that is started by itself compiles as it starts, and is warm sooner.
     */
    private static final String STARTED_TOGETHER = "-XX:CompileThresholdScaling=8";

    private static final List<String> ENDING = List.of("INT", "TERM", "HUP");

    private final Terminal terminal;
    /** They were told to end; before, one that ends is news. */
    private final AtomicBoolean isEnding = new AtomicBoolean();

    @Option(names = "--config", paramLabel = "FILE", description = "A node's configuration; once for each node")
    private List<Path> configs = new ArrayList<>();

    UpCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A node to start: its configuration, and where that has it keep its data. */
    private record Planned(Path file, Path data) {}

    /** A node's process. */
    private record Launched(Path file, Path log, Process process) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean samples = configs.isEmpty();
        var planned = samples ? writeSamples() : readConfigs();
        endThoseLeftRunning(planned);
        List<Process> processes = new CopyOnWriteArrayList<>();
        List<SandboxProcess> sandboxes = new CopyOnWriteArrayList<>();
        var finished = new CountDownLatch(1);
        // A signal ends the nodes, and their end ours: a JVM that its hooks alone bring down exits as if it had failed.
        ENDING.forEach(signal -> Signals.on(signal, () -> {
            isEnding.set(true);
            processes.forEach(Process::destroy);
        }));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(processes, sandboxes, finished)));
        try {
            if (samples) {
                sandboxes.add(SandboxProcess.start(launcher(), terminal.home().resolve("var/sandbox")));
            }
            var launched = new ArrayList<Launched>();
            for (var node : planned) {
                launched.add(launch(node));
                processes.add(launched.getLast().process());
            }
            // They start side by side: the nodes take longer, and ask the sandbox again where it was not there yet.
            for (var sandbox : sandboxes) {
                sandbox.awaitReady();
            }
            for (var node : launched) {
                terminal.out().println(awaitReady(node));
            }
            if (samples) {
                printWhatToDo();
            }
            return awaitEnd(launched);
        } finally {
            finished.countDown();
        }
    }

    /** What the samples say is known; to read them here would only hold the nodes up, which read them again. */
    private List<Planned> writeSamples() throws IOException {
        var folder = terminal.home().resolve("var");
        var nodes = new ArrayList<Planned>();
        for (var name : Samples.NAMES) {
            nodes.add(new Planned(Samples.write(folder, name, UnaryOperator.identity()), folder.resolve(name)));
        }
        return nodes;
    }

    private List<Planned> readConfigs() {
        try {
            var nodes = new ArrayList<Planned>();
            for (var file : configs) {
                var configuration = ConfigurationFile.read(file, Node.installedProviders());
                nodes.add(new Planned(file, configuration.node().data()));
            }
            return nodes;
        } catch (ConfigurationException e) {
            throw new CommandException(ExitStatus.CONFIGURATION, String.join("\n", e.problems()));
        }
    }

    /** An {@code up} that was killed could not end its nodes. All are found before any is told. */
    private void endThoseLeftRunning(List<Planned> planned) throws IOException, InterruptedException {
        var left = new ArrayList<LeftRunning>();
        for (var node : planned) {
            LeftRunning.find(node.file(), node.data()).ifPresent(left::add);
        }
        for (var node : left) {
            terminal.out()
                    .println("The node of " + node.file() + " still runs, as process "
                            + node.process().pid() + ", since its up was killed: it ends first.");
            node.tellToEnd();
        }
        for (var node : left) {
            node.awaitEnd();
        }
    }

    private Launched launch(Planned node) throws IOException {
        var log = PrivateDirectory.make(node.data()).resolve("log");
        var program = new ProcessBuilder(
                        launcher(), "run", "--config", node.file().toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        for (var options : List.of("MAILVANE_JAVA_OPTS", "MAILVANE_WORKER_JAVA_OPTS")) {
            program.environment().merge(options, STARTED_TOGETHER, (asked, ours) -> ours + " " + asked);
        }
        var process = program.start();
        LeftRunning.note(node.data(), process);
        return new Launched(node.file(), log, process);
    }

    private String launcher() {
        return terminal.variable("MAILVANE_LAUNCHER")
                .orElseThrow(() -> new CommandException(ExitStatus.USAGE, "up is started by the mailvane script"));
    }

    private static String awaitReady(Launched node) throws IOException, InterruptedException {
        var line = new BufferedReader(node.process().inputReader(StandardCharsets.UTF_8)).readLine();
        if (line != null && line.startsWith("READY ")) {
            return line;
        }
        int status = node.process().waitFor();
        var said = Files.readAllLines(node.log());
        throw new CommandException(
                status,
                "the node of " + node.file() + " did not start" + (said.isEmpty() ? "" : ":\n  " + said.getLast())
                        + "\nIts log is " + node.log());
    }

    private void printWhatToDo() {
        var out = terminal.out();
        out.println();
        out.println("Two nodes take mail for shop.example:");
        out.println("  zone-a   SMTP 127.0.0.1:2525   pages http://127.0.0.1:8025/");
        out.println("  zone-b   SMTP 127.0.0.1:2526   pages http://127.0.0.1:8026/");
        out.println("What they relay ends up in the maildirs below "
                + terminal.home().resolve("var/maildir"));
        out.println("Their logs are var/zone-a/log and var/zone-b/log.");
        out.println();
        out.println("Around them a sandbox plays the world, on loopback alone; its log is var/sandbox/log:");
        out.println("  resolver 127.0.0.1:5300   blacklist bl.test 127.0.0.1:5301");
        out.println("  MX of elsewhere.example 127.0.0.1:2599   smarthost 127.0.0.1:2587");
        out.println(
                "  What these two take ends up in the maildirs below var/sandbox; ./mailvane sandbox --help steers it.");
        out.println();
        out.println("Send a message, from another terminal:");
        out.println("  ./mailvane send --to 127.0.0.1:2525 me@example.org you@shop.example");
        out.println("  swaks --server 127.0.0.1:2525 --from me@example.org --to you@shop.example");
        out.println();
        out.println("See what a blacklist does to mail, and look at http://127.0.0.1:8025/reputation meanwhile:");
        out.println("  ./mailvane sandbox list 203.0.113.11");
        out.println("  ./mailvane send --to 127.0.0.1:2525 me@shop.example you@elsewhere.example");
        out.println("  ./mailvane route explain me@shop.example you@elsewhere.example");
        out.println("  ./mailvane sandbox delist 203.0.113.11");
        out.println();
        out.println("See scan workers come with much mail and go after it, at http://127.0.0.1:8025/workers too:");
        out.println("  ./mailvane bench --flood");
        out.println();
        out.println("Ctrl-C finishes what runs and stops all.");
    }

    /** @return the worst exit status: of those that were told to end, or of all where nobody was told */
    private int awaitEnd(List<Launched> nodes) throws InterruptedException {
        var told = new AtomicInteger();
        var untold = new AtomicInteger();
        var watches = new ArrayList<Thread>();
        for (var node : nodes) {
            watches.add(Thread.ofPlatform().daemon().start(() -> watch(node, told, untold)));
        }
        for (var watch : watches) {
            watch.join();
        }
        return isEnding.get() ? told.get() : untold.get();
    }

    private void watch(Launched node, AtomicInteger told, AtomicInteger untold) {
        try {
            int status = node.process().waitFor();
            if (isEnding.get()) {
                told.accumulateAndGet(status, Math::max);
                return;
            }
            untold.accumulateAndGet(status, Math::max);
            terminal.out().println(goneLine(node, status));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String goneLine(Launched node, int status) {
        return "The node of " + node.file() + " ended with exit status " + status + ". Start it again:"
                + " ./mailvane run --config " + node.file();
    }

    /**
     * At Ctrl-C the terminal has told the nodes already; a second word does no harm, and a kill of us alone needs it. The
     * sandbox goes last: what the nodes deliver while they drain goes there.
     */
    private static void stop(List<Process> processes, List<SandboxProcess> sandboxes, CountDownLatch finished) {
        try {
            processes.forEach(Process::destroy);
            for (var process : processes) {
                process.waitFor();
            }
            for (var sandbox : sandboxes) {
                sandbox.stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finished.countDown();
    }
}
