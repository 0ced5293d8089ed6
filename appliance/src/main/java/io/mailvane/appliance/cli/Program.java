package io.mailvane.appliance.cli;

import io.mailvane.appliance.node.StopSignal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
    private static final String RUN = "run";

    private Program() {}

    /** Hears from now on whether the program is to end, if its command goes on until it is. */
    public static StopSignal listen(String... arguments) {
        var stop = new StopSignal();
        if (arguments.length > 0 && arguments[0].equals(RUN)) {
            Signals.on("TERM", stop::give);
            Signals.on("INT", stop::give);
        }
        return stop;
    }

    /** As {@link #run(Terminal, StopSignal, String...)}, where nobody stops it. */
    public static int run(Terminal terminal, String... arguments) {
        return run(terminal, new StopSignal(), arguments);
    }

    /**
     * Runs one command and returns its exit status.
     *
     * @param stop given, a node is not begun
     */
    public static int run(Terminal terminal, StopSignal stop, String... arguments) {
        return arguments.length == 0
                ? commands(terminal, stop, "--help").execute("--help")
                : commands(terminal, stop, arguments[0]).execute(arguments);
    }

    static CommandLine commands(Terminal terminal, String first) {
        return commands(terminal, new StopSignal(), first);
    }

    /**
     * To find out a command's options takes a good part of a start, so it is done for the first word alone, unless that is no
     * command: help and suggestions need all.
     */
    private static CommandLine commands(Terminal terminal, StopSignal stop, String first) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("up", () -> new UpCommand(terminal));
        all.put(RUN, () -> new RunCommand(terminal, stop));
        all.put("check", () -> new CheckCommand(terminal));
        all.put("send", () -> new SendCommand(terminal));
        all.put("queue", () -> new QueueCommands(terminal));
        all.put("route", () -> new RouteCommands(terminal));
        all.put("dnsbl", () -> new DnsblCommands(terminal));
        all.put("node", () -> new NodeClientCommands(terminal));
        all.put("workers", () -> new WorkersCommand(terminal));
        all.put("scan-worker", () -> new ScanWorkerCommand(terminal));
        all.put("rehearse", () -> new RehearseCommand(terminal));
        var line = new CommandLine(new Program());
        if (all.containsKey(first)) {
            line.addSubcommand(first, all.get(first).get());
        } else {
            all.forEach((name, command) -> line.addSubcommand(name, command.get()));
        }
        line.setOut(terminal.out()).setErr(terminal.err());
        line.setExecutionExceptionHandler((fault, command, parsed) -> report(terminal, fault));
        return line;
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
