package io.mailvane.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailvane.sandbox.ControlClient.Parameters;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** All commands of {@code mailvane sandbox}. */
@Command(
        name = "mailvane sandbox",
        description =
                "The world around the sample nodes, on loopback: name servers, a blacklist, a foreign MX, a smarthost.",
        mixinStandardHelpOptions = true,
        version = "mailvane sandbox 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        usageHelpWidth = 100)
final class SandboxCommands {
    private final Surroundings surroundings;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where the sandbox keeps its things; var/sandbox if not given")
    private @Nullable Path directory;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Prints the answer as JSON")
    private boolean json;

    private SandboxCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs one command and returns its exit status. */
    static int run(Surroundings surroundings, String... arguments) {
        var line = new CommandLine(new SandboxCommands(surroundings));
        line.setOut(surroundings.out()).setErr(surroundings.err());
        line.setExecutionExceptionHandler((fault, command, parsed) -> report(surroundings, fault));
        return arguments.length == 0 ? line.execute("--help") : line.execute(arguments);
    }

    private static int report(Surroundings surroundings, Exception fault) {
        if (fault instanceof CommandException ended) {
            surroundings.err().println("mailvane sandbox: " + ended.getMessage());
            return ended.status();
        }
        surroundings.err().println("mailvane sandbox: a fault of its own: " + fault);
        for (var frame : fault.getStackTrace()) {
            surroundings.err().println("  at " + frame);
        }
        return ExitStatus.FAULT;
    }

    @Command(
            name = "run",
            description =
                    "Runs the sandbox in the foreground, until SIGTERM. Each port is on loopback, and 0 means any free one.",
            mixinStandardHelpOptions = true)
    int run(
            @Option(
                            names = "--dns-port",
                            paramLabel = "N",
                            defaultValue = "5300",
                            description = "Resolver; ${DEFAULT-VALUE}")
                    int dns,
            @Option(
                            names = "--blacklist-port",
                            paramLabel = "N",
                            defaultValue = "5301",
                            description = "The blacklists' own name server; ${DEFAULT-VALUE}")
                    int blacklist,
            @Option(
                            names = "--mx-port",
                            paramLabel = "N",
                            defaultValue = "2599",
                            description = "Foreign MX; ${DEFAULT-VALUE}")
                    int mx,
            @Option(
                            names = "--smarthost-port",
                            paramLabel = "N",
                            defaultValue = "2587",
                            description = "${DEFAULT-VALUE}")
                    int smarthost,
            @Option(
                            names = "--control-port",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "For the other commands; ${DEFAULT-VALUE}")
                    int control,
            @CommandLine.Mixin RunOptions more)
            throws InterruptedException {
        var ports = new SandboxSettings.Ports(dns, blacklist, mx, smarthost, control);
        var settings = new SandboxSettings(directory(), ports, more.blacklists, more.zoneFiles);
        try (var sandbox = Sandbox.start(settings, surroundings)) {
            more.endSignals(sandbox, surroundings);
            print(
                    Json.read(Json.text(sandbox.announcement())),
                    sandbox.announcement().readyLine());
            sandbox.awaitStopped();
            return ExitStatus.DONE;
        } catch (IOException e) {
            throw new CommandException(ExitStatus.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    /** What has no place among the ports. */
    static final class RunOptions {
        @Option(
                names = "--blacklist",
                paramLabel = "ZONE",
                defaultValue = "bl.test",
                description = "A blacklist's zone, may be repeated; ${DEFAULT-VALUE}")
        private List<String> blacklists = List.of();

        @Option(
                names = "--zone-file",
                paramLabel = "FILE",
                description = "A master file of further zones, each beginning with its SOA; may be repeated")
        private List<Path> zoneFiles = List.of();

        @Option(names = "--attached", description = "Ends with its standard input, and leaves Ctrl-C to who started it")
        private boolean isAttached;

        private void endSignals(Sandbox sandbox, Surroundings surroundings) {
            Signals.on("TERM", sandbox::stop);
            if (!isAttached) {
                Signals.on("INT", sandbox::stop);
                return;
            }
            Signals.on("INT", () -> {});
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    surroundings.in().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    surroundings.err().println("mailvane sandbox: its standard input broke: " + e.getMessage());
                }
                sandbox.stop();
            });
        }
    }

    @Command(name = "list", description = "Puts an address on a blacklist.", mixinStandardHelpOptions = true)
    int list(
            @CommandLine.Parameters(index = "0", paramLabel = "IP") String ip,
            @CommandLine.Parameters(
                            index = "1..*",
                            arity = "0..*",
                            paramLabel = "CODE",
                            description = "Return codes; 127.0.0.2 if not given")
                    @Nullable
                    List<String> codes,
            @Option(names = "--zone", paramLabel = "ZONE", description = "The blacklist; the first if not given")
                    @Nullable
                    String zone,
            @Option(names = "--reason", paramLabel = "TEXT", description = "What the list's TXT record says") @Nullable
                    String reason) {
        var answer = client().post(
                        "/list",
                        new Parameters()
                                .with("ip", ip)
                                .with("code", codes == null ? List.of() : codes)
                                .with("zone", Optional.ofNullable(zone))
                                .with("reason", Optional.ofNullable(reason)));
        print(
                answer,
                text(answer, "ip") + " is listed in " + text(answer, "zone") + " as "
                        + Sentences.words(answer.path("codes")));
        return ExitStatus.DONE;
    }

    @Command(name = "delist", description = "Takes an address off a blacklist.", mixinStandardHelpOptions = true)
    int delist(
            @CommandLine.Parameters(paramLabel = "IP") String ip,
            @Option(names = "--zone", paramLabel = "ZONE", description = "The blacklist; the first if not given")
                    @Nullable
                    String zone) {
        var answer = client().post("/delist", new Parameters().with("ip", ip).with("zone", Optional.ofNullable(zone)));
        print(answer, text(answer, "ip") + " is not listed in " + text(answer, "zone") + " any more");
        return ExitStatus.DONE;
    }

    @Command(
            name = "answer",
            description = "Changes how a zone, the resolver, the foreign MX or the smarthost answers.",
            footer = {
                "",
                "A zone, or the resolver whatever it is asked:",
                "  " + ZoneManner.USAGE,
                "mx or smarthost; a REPLY begins with its code, accept forgets what was said before:",
                "  " + ReceiverManner.USAGE
            },
            mixinStandardHelpOptions = true)
    int answer(
            @CommandLine.Parameters(
                            index = "0",
                            paramLabel = "TARGET",
                            description = "A zone, resolver, mx or smarthost")
                    String target,
            @CommandLine.Parameters(index = "1..*", arity = "1..*", paramLabel = "HOW") List<String> words,
            @Option(
                            names = "--phase",
                            paramLabel = "PHASE",
                            description = "Where a REPLY is said: connect, mail, rcpt or data; rcpt if not given")
                    @Nullable
                    String phase) {
        var answer = client().post(
                        "/answer",
                        new Parameters()
                                .with("target", target)
                                .with("word", words)
                                .with("phase", Optional.ofNullable(phase)));
        print(answer, text(answer, "target") + " answers now: " + text(answer, "answer"));
        return ExitStatus.DONE;
    }

    @Command(name = "status", description = "Shows how the sandbox stands.", mixinStandardHelpOptions = true)
    int status() {
        var answer = client().get("/status");
        print(answer, Sentences.status(answer));
        return ExitStatus.DONE;
    }

    private ControlClient client() {
        return new ControlClient(directory());
    }

    private Path directory() {
        return directory == null ? surroundings.directory() : directory;
    }

    private void print(JsonNode answer, String sentence) {
        surroundings.out().println(json ? answer.toString() : sentence);
    }

    private static String text(JsonNode answer, String name) {
        return answer.path(name).asText();
    }
}
