package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The queue of a running node, and the partition of one that is stopped. */
@Command(
        name = "queue",
        description = "Shows and moves what is queued.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class QueueCommands implements Runnable {
    private static final String PATH = "api/v1/queue";

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    QueueCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do with the queue");
        }
    }

    /** Which messages are meant. */
    static final class Filter {
        @Option(names = "--sender", paramLabel = "MAILBOX", description = "Its reverse-path; <> for the null one")
        private @Nullable String sender;

        @Option(names = "--recipient", paramLabel = "MAILBOX", description = "One of its recipients")
        private @Nullable String recipient;

        @Option(names = "--domain", paramLabel = "DOMAIN", description = "Of a recipient")
        private @Nullable String domain;

        @Option(
                names = "--state",
                paramLabel = "STATE",
                description = "to-scan, active, deferred, held, quarantined, settled")
        private @Nullable String state;

        Map<String, String> given() {
            var given = new LinkedHashMap<String, String>();
            put(given, "sender", sender);
            put(given, "recipient", recipient);
            put(given, "domain", domain);
            put(given, "state", state);
            return given;
        }

        private static void put(Map<String, String> given, String name, @Nullable String value) {
            Optional.ofNullable(value).ifPresent(text -> given.put(name, text));
        }
    }

    @Command(name = "counts", description = "How many messages wait, by state.", mixinStandardHelpOptions = true)
    int counts(@Mixin NodeAddress node) {
        var answer = NodeClient.of(node, terminal).get(PATH + "/counts");
        if (!json(node, answer)) {
            answer.path("messages")
                    .properties()
                    .forEach(count -> terminal.out().printf("%-12s %s%n", count.getKey(), count.getValue()));
            terminal.out().printf("%-12s %s%n", "recipients", answer.path("recipients"));
            terminal.out().printf("%-12s %s%n", "oldest", answer.path("oldest").asText("-"));
        }
        return ExitStatus.DONE;
    }

    @Command(name = "list", description = "Lists messages, oldest first.", mixinStandardHelpOptions = true)
    int list(
            @Mixin NodeAddress node,
            @Mixin Filter filter,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "At most so many, 100 if not said")
                    int limit,
            @Option(names = "--after", paramLabel = "QID", description = "Goes on behind this message") @Nullable
                    String after) {
        var query = new ArrayList<String>();
        filter.given().forEach((name, value) -> query.add(parameter(name, value)));
        query.add("limit=" + limit);
        Optional.ofNullable(after).ifPresent(qid -> query.add(parameter("after", qid)));
        var answer = NodeClient.of(node, terminal).get(PATH + "?" + String.join("&", query));
        if (!json(node, answer)) {
            answer.path("messages").forEach(new MessageText(terminal.out())::line);
            if (answer.path("next").isTextual()) {
                terminal.err()
                        .println("There is more: --after " + answer.path("next").asText());
            }
        }
        return ExitStatus.DONE;
    }

    @Command(name = "show", description = "Shows one message with its attempts.", mixinStandardHelpOptions = true)
    int show(@Mixin NodeAddress node, @Parameters(paramLabel = "QID", description = "The queue id") String qid) {
        var answer = NodeClient.of(node, terminal).get(PATH + "/" + encoded(qid));
        if (!json(node, answer)) {
            new MessageText(terminal.out()).whole(answer);
        }
        return ExitStatus.DONE;
    }

    @Command(
            name = "export",
            description = "Writes a message as it would be sent to stdout.",
            mixinStandardHelpOptions = true)
    int export(@Mixin NodeAddress node, @Parameters(paramLabel = "QID", description = "The queue id") String qid)
            throws IOException {
        try (var content = NodeClient.of(node, terminal).stream(PATH + "/" + encoded(qid) + "/content")) {
            content.transferTo(terminal.output());
            terminal.output().flush();
        }
        return ExitStatus.DONE;
    }

    @Command(
            name = "hold",
            description = "Keeps messages from being tried; what is to-scan cannot leave, and cannot be held.",
            mixinStandardHelpOptions = true)
    int hold(@Mixin NodeAddress node, @Mixin Chosen chosen) {
        return act("hold", node, chosen);
    }

    @Command(
            name = "release",
            description = "Ends a hold or a quarantine; named by QID or --state to-scan, sends mail unscanned.",
            mixinStandardHelpOptions = true)
    int release(@Mixin NodeAddress node, @Mixin Chosen chosen) {
        return act("release", node, chosen);
    }

    @Command(name = "retry", description = "Tries deferred messages at once.", mixinStandardHelpOptions = true)
    int retry(@Mixin NodeAddress node, @Mixin Chosen chosen) {
        return act("retry", node, chosen);
    }

    @Command(name = "reroute", description = "Chooses the route anew and tries.", mixinStandardHelpOptions = true)
    int reroute(@Mixin NodeAddress node, @Mixin Chosen chosen) {
        return act("reroute", node, chosen);
    }

    @Command(name = "bounce", description = "Returns messages to their senders.", mixinStandardHelpOptions = true)
    int bounce(@Mixin NodeAddress node, @Mixin Chosen chosen) {
        return act("bounce", node, chosen);
    }

    @Command(name = "delete", description = "Drops messages; nobody is told.", mixinStandardHelpOptions = true)
    int delete(@Mixin NodeAddress node, @Mixin Chosen chosen) {
        return act("delete", node, chosen);
    }

    @Command(
            name = "verify",
            description = "Reads every octet of the partition DIR (VOLUME/NODE) of a stopped node; names all damage.",
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(paramLabel = "DIR", description = "VOLUME/NODE") Path partition,
            @Option(names = "--json", description = "Prints the answer as JSON") boolean json) {
        return new OfflineQueueCommands(terminal).verify(partition, json);
    }

    @Command(
            name = "salvage",
            description =
                    "Writes what can be read of the partition DIR of a stopped node to files; changes nothing in DIR.",
            mixinStandardHelpOptions = true)
    int salvage(
            @Parameters(paramLabel = "DIR", description = "VOLUME/NODE") Path partition,
            @Option(
                            names = "--to",
                            paramLabel = "FOLDER",
                            description = "Empty, or made; without it, salvaged-NODE in the current folder")
                    @Nullable
                    Path folder,
            @Option(names = "--json", description = "Prints the answer as JSON") boolean json) {
        var name = partition.toAbsolutePath().normalize().getFileName();
        var target = folder == null ? Path.of("salvaged-" + name) : folder;
        return new OfflineQueueCommands(terminal).salvage(partition, target, json);
    }

    /** Messages by their ids, or by a filter. */
    static final class Chosen {
        @Parameters(paramLabel = "QID", arity = "0..*", description = "Queue ids; or the options below")
        private List<String> qids = List.of();

        @Mixin
        private final Filter filter = new Filter();

        @Option(names = "--dry-run", description = "Counts what matches, changes nothing")
        private boolean dryRun;

        ObjectNode body() {
            if (qids.isEmpty() == filter.given().isEmpty()) {
                throw new CommandException(
                        ExitStatus.USAGE, "name messages by QID, or by --sender, --recipient, --domain, --state");
            }
            var body = JsonNodeFactory.instance.objectNode();
            if (qids.isEmpty()) {
                var given = body.putObject("filter");
                filter.given().forEach(given::put);
            } else {
                var ids = body.putArray("qids");
                qids.forEach(ids::add);
            }
            return dryRun ? body.put("dryRun", true) : body;
        }
    }

    private static final Map<String, String> REFUSED =
            Map.of("hold", " to-scan and not held", "release", " damaged and not released");

    private int act(String verb, NodeAddress node, Chosen chosen) {
        var answer = NodeClient.of(node, terminal).post(PATH + "/" + verb, chosen.body());
        if (!json(node, answer)) {
            var refused = answer.path("refused").asLong();
            terminal.out()
                    .println(answer.path("matched") + " matched, " + answer.path("changed") + " changed"
                            + (refused == 0 ? "" : ", " + refused + REFUSED.get(verb)));
        }
        var problems = answer.path("problems");
        problems.forEach(problem -> terminal.err().println("mailvane: " + problem.asText()));
        return answer.path("matched").asInt() == 0 || !problems.isEmpty() ? ExitStatus.REFUSED : ExitStatus.DONE;
    }

    private boolean json(NodeAddress node, JsonNode answer) {
        if (node.json()) {
            terminal.out().println(answer);
        }
        return node.json();
    }

    private static String parameter(String name, String value) {
        return name + "=" + encoded(value);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
