package io.mailvane.appliance.cli;

import io.mailvane.appliance.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** All commands of {@code mailvane}. */
@Command(
        name = "mailvane",
        description = "A mail relay for the cloud: takes mail in two zones, keeps it, relays it.",
        mixinStandardHelpOptions = true,
        version = "mailvane 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        usageHelpWidth = 100)
public final class Program {
    private static final String DEBUG = "MAILVANE_DEBUG";

    private final Terminal terminal;

    private Program(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs one command and returns its exit status. */
    public static int run(Terminal terminal, String... arguments) {
        var line = commands(terminal);
        return arguments.length == 0 ? line.execute("--help") : line.execute(arguments);
    }

    static CommandLine commands(Terminal terminal) {
        var line = new CommandLine(new Program(terminal));
        line.addSubcommand("up", new UpCommand(terminal));
        line.addSubcommand("queue", new QueueCommands(terminal));
        line.addSubcommand("route", new RouteCommands(terminal));
        line.addSubcommand("dnsbl", new DnsblCommands(terminal));
        line.addSubcommand("node", new NodeClientCommands(terminal));
        line.setOut(terminal.out()).setErr(terminal.err());
        line.setExecutionExceptionHandler((fault, command, parsed) -> report(terminal, fault));
        return line;
    }

    @Command(
            name = "run",
            description = "Runs one node in the foreground, until SIGTERM.",
            mixinStandardHelpOptions = true)
    int run(
            @Option(names = "--config", required = true, paramLabel = "FILE", description = "The node's configuration")
                    Path file)
            throws InterruptedException {
        return new NodeCommands(terminal).run(file);
    }

    @Command(
            name = "check",
            description = "Names every problem of a configuration, or says ok.",
            mixinStandardHelpOptions = true)
    int check(
            @Option(names = "--config", required = true, paramLabel = "FILE", description = "The node's configuration")
                    Path file,
            @Option(names = "--json", description = "Prints {\"problems\":[...]}") boolean json) {
        return new NodeCommands(terminal).check(file, json);
    }

    @Command(
            name = "rehearse",
            hidden = true,
            description =
                    "Starts a node in DIR, sends a message through it and stops it: so the JVM learns what to keep at hand.",
            mixinStandardHelpOptions = true)
    int rehearse(@Parameters(paramLabel = "DIR", description = "Where it keeps its data") Path directory)
            throws IOException, ConfigurationException {
        return new NodeCommands(terminal).rehearse(directory);
    }

    @Command(
            name = "send",
            description = "Sends a message and prints what the server said.",
            mixinStandardHelpOptions = true)
    int send(
            @Option(names = "--to", required = true, paramLabel = "HOST:PORT", description = "The SMTP server")
                    String to,
            @Parameters(index = "0", paramLabel = "FROM", description = "<> for the null reverse-path") String from,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "TO", description = "Recipients")
                    List<String> recipients,
            @Option(names = "--file", paramLabel = "EML", description = "The content; without it a short test message")
                    @Nullable
                    Path file,
            @Option(names = "--json", description = "Prints the outcome as JSON") boolean json) {
        return new SendCommand(terminal).send(to, from, recipients, Optional.ofNullable(file), json);
    }

    /** A fault of ours is one sentence; whoever looks for its cause asks for more. */
    private static int report(Terminal terminal, Exception fault) {
        if (fault instanceof CommandException ended) {
            if (!String.valueOf(ended.getMessage()).isEmpty()) {
                terminal.err().println("mailvane: " + ended.getMessage());
            }
            return ended.status();
        }
        var debug = terminal.variable(DEBUG).isPresent();
        terminal.err()
                .println("mailvane: a fault of its own: " + fault + (debug ? "" : " (" + DEBUG + "=1 shows where)"));
        if (debug) {
            for (var frame : fault.getStackTrace()) {
                terminal.err().println("  at " + frame);
            }
        }
        return ExitStatus.FAULT;
    }
}
