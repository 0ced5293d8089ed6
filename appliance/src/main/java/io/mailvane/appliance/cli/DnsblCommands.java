package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailvane.dnsbl.IpAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the DNSBLs say of our addresses. */
@Command(
        name = "dnsbl",
        description = "Shows what the blacklists say of our addresses.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class DnsblCommands implements Runnable {
    private static final String PATH = "api/v1/reputation";
    private static final String SOMEBODY = "an operator";
    private static final String ALREADY = "already-";

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    DnsblCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "Say what to do: status, check, lists, history, mute, unmute, drain, disable, retire or enable");
        }
    }

    @Command(name = "status", description = "Every address, and what names it.", mixinStandardHelpOptions = true)
    int status(@Mixin NodeAddress node) {
        var answer = NodeClient.of(node, terminal).get(PATH);
        if (node.json()) {
            terminal.out().println(answer);
            return ExitStatus.DONE;
        }
        if (!answer.path("notice").asText().isEmpty()) {
            terminal.out().println(printable(answer, "notice"));
        }
        terminal.out().println(printable(answer, "verdict"));
        answer.path("nodes").forEach(this::printIfGone);
        answer.path("addresses").forEach(address -> {
            terminal.out().println(StatusLines.of(address, answer));
            address.path("admission").forEach(item -> terminal.out().println(StatusLines.ofAdmission(item)));
            answer.path("cells").forEach(cell -> {
                if (cell.path("ip").equals(address.path("public")) && StatusLines.isNoteworthy(cell)) {
                    terminal.out().println(StatusLines.of(cell));
                }
            });
        });
        return ExitStatus.DONE;
    }

    private void printIfGone(JsonNode node) {
        if (!node.path("state").asText().equals("up")) {
            terminal.out()
                    .println(printable(node, "node") + " is " + printable(node, "state") + ", heard last "
                            + StatusLines.seconds(node.path("asOf").asText("never")));
        }
    }

    @Command(
            name = "check",
            description = "One line for monitoring; ends with 0 clean, 1 warning, 2 listed, 3 unknown.",
            mixinStandardHelpOptions = true)
    int check(
            @Mixin NodeAddress node,
            @Parameters(paramLabel = "IP", arity = "0..1", description = "One address; all if not said") @Nullable
                    String ip,
            @Option(names = "--now", description = "Asks the lists anew first; what they say is seen a little later")
                    boolean now) {
        var client = NodeClient.of(node, terminal);
        var answer = client.get(PATH);
        var meant = meant(answer, Optional.ofNullable(ip).map(this::asWatched));
        if (now) {
            recheck(client, answer, meant);
        }
        var lines = ip == null
                ? CheckLine.ofAll(answer)
                : meant.stream().map(address -> CheckLine.of(answer, address)).toList();
        if (node.json()) {
            terminal.out().println(answer);
        } else if (lines.isEmpty()) {
            terminal.out()
                    .println(
                            ip == null ? "UNKNOWN: nothing is monitored" : "UNKNOWN: " + ip + " is no address of ours");
        } else {
            lines.forEach(line -> terminal.out().println(line.text()));
        }
        return CheckLine.exit(lines.stream().map(CheckLine::word).toList());
    }

    /** An address as nodes know it; what is none stays what it is, and nobody watches it. */
    private String asWatched(String text) {
        try {
            var meant = IpAddress.parse(text).unmapped().toString();
            if (!meant.equals(text)) {
                terminal.err().println(Sentences.printable(text) + " is " + meant);
            }
            return meant;
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private String address(String text) {
        try {
            IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitStatus.USAGE, Sentences.printable(text) + " is no IPv4 or IPv6 address");
        }
        return asWatched(text);
    }

    private static List<JsonNode> meant(JsonNode answer, Optional<String> ip) {
        var meant = new ArrayList<JsonNode>();
        answer.path("addresses").forEach(address -> {
            if (ip.isEmpty() || ip.get().equals(address.path("public").asText())) {
                meant.add(address);
            }
        });
        return meant;
    }

    private void recheck(NodeClient client, JsonNode answer, List<JsonNode> meant) {
        for (var address : meant) {
            var node = address.path("node").asText();
            if (!node.equals(answer.path("nodes").path(0).path("node").asText())) {
                terminal.err()
                        .println(Sentences.printable(address.path("public").asText() + " is of " + node)
                                + ": tell that node to ask anew");
                continue;
            }
            answer.path("cells").forEach(cell -> {
                if (cell.path("ip").equals(address.path("public"))) {
                    client.post(
                            cellPath(cell.path("ip").asText(), cell.path("list").asText()) + "/recheck", empty());
                }
            });
        }
    }

    @Command(
            name = "lists",
            description = "Every list, whether it works, and what receivers have taught of it.",
            mixinStandardHelpOptions = true)
    int lists(@Mixin NodeAddress node) {
        var answer = NodeClient.of(node, terminal).get(PATH);
        if (node.json()) {
            terminal.out().println(answer);
            return ExitStatus.DONE;
        }
        answer.path("lists").forEach(list -> {
            terminal.out()
                    .printf(
                            "%-22s %-12s weight %-3s %s, %s of %s today, on %s%n",
                            printable(list, "id"),
                            printable(list, "state"),
                            list.path("weight").asInt(),
                            printable(list, "zone"),
                            list.path("today").asInt(),
                            list.path("daily").asInt(),
                            printable(list, "node"));
            list.path("affinity").forEach(this::printIfLearned);
        });
        return ExitStatus.DONE;
    }

    private void printIfLearned(JsonNode receiver) {
        if (receiver.hasNonNull("learned")) {
            terminal.out().println(StatusLines.ofReceiver(receiver));
        }
    }

    @Command(name = "history", description = "What happened, newest first.", mixinStandardHelpOptions = true)
    int history(
            @Mixin NodeAddress node,
            @Option(names = "--since", paramLabel = "TIME", description = "Such as 2026-03-01T12:00:00Z") @Nullable
                    String since,
            @Option(
                            names = "--kind",
                            paramLabel = "KIND",
                            description = "cell, address, list, affinity, reply, route, operator")
                    @Nullable
                    String kind,
            @Option(names = "--ip", paramLabel = "IP", description = "Of this address alone") @Nullable String ip,
            @Option(names = "--list", paramLabel = "ID", description = "Of this list alone") @Nullable String list,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "At most so many, 100 if not said")
                    int limit) {
        var query = new ArrayList<String>(List.of("limit=" + limit));
        parameter("since", since).ifPresent(query::add);
        parameter("kind", kind).ifPresent(query::add);
        parameter("subject", ip == null ? null : address(ip)).ifPresent(query::add);
        parameter("object", list).ifPresent(query::add);
        var answer = NodeClient.of(node, terminal).get(PATH + "/history?" + String.join("&", query));
        if (node.json()) {
            terminal.out().println(answer);
            return ExitStatus.DONE;
        }
        if (answer.path("events").isEmpty()) {
            terminal.out().println("Nothing of that is on record.");
        }
        answer.path("events")
                .forEach(event -> terminal.out()
                        .println(printable(event, "at") + "  " + printable(event, "subject") + " "
                                + printable(event, "object") + "  " + printable(event, "from") + " -> "
                                + printable(event, "to") + "  " + printable(event, "cause")));
        return ExitStatus.DONE;
    }

    private static Optional<String> parameter(String name, @Nullable String value) {
        return Optional.ofNullable(value).map(text -> name + "=" + encoded(text));
    }

    @Command(
            name = "mute",
            description = "A listing does not count for a while; it stays shown.",
            mixinStandardHelpOptions = true)
    int mute(
            @Mixin NodeAddress node,
            @Parameters(paramLabel = "IP", description = "The address") String ip,
            @Parameters(paramLabel = "LIST", description = "The list's id") String list,
            @Option(
                            names = "--for",
                            paramLabel = "TIME",
                            required = true,
                            description = "How long: 4h, 1d; 90d at most")
                    String time,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why") String reason) {
        var body = empty();
        body.put("until", Instant.now().plus(duration(time)).toString());
        body.put("reason", reason);
        body.put("who", terminal.variable("USER").orElse(SOMEBODY));
        return order(node, ip, list, "mute", body);
    }

    private static Duration duration(String text) {
        var number = text.replaceFirst("[mhd]$", "");
        if (!number.matches("\\d{1,5}") || number.length() + 1 != text.length()) {
            throw new CommandException(ExitStatus.USAGE, "not a time such as 30m, 4h or 1d: " + text);
        }
        long amount = Long.parseLong(number);
        return switch (text.charAt(text.length() - 1)) {
            case 'm' -> Duration.ofMinutes(amount);
            case 'h' -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    @Command(name = "unmute", description = "The listing counts again.", mixinStandardHelpOptions = true)
    int unmute(
            @Mixin NodeAddress node,
            @Parameters(paramLabel = "IP", description = "The address") String ip,
            @Parameters(paramLabel = "LIST", description = "The list's id") String list) {
        return order(node, ip, list, "unmute", empty());
    }

    @Command(
            name = "drain",
            description = {
                "No new message leaves from the source's address; what is under way ends. Once nothing is, it is DISABLED by itself:"
                        + " then the address can be taken from the host.",
                "Mail that waits for it is called back and leaves by other ways. Lists are asked about it as before."
            },
            mixinStandardHelpOptions = true)
    int drain(@Mixin NodeAddress node, @Mixin SourceOrder order, @Mixin End end) {
        return operate(node, order, "drain", end.until());
    }

    @Command(
            name = "disable",
            description = {
                "No new message leaves from the source's address. What is under way is not cut, and nothing is said when it has ended:"
                        + " see drain.",
                "Lists are asked about it as before."
            },
            mixinStandardHelpOptions = true)
    int disable(@Mixin NodeAddress node, @Mixin SourceOrder order, @Mixin End end) {
        return operate(node, order, "disable", end.until());
    }

    @Command(
            name = "retire",
            description = {
                "As disable, and for good: no list is asked about the address any more, and it cannot be enabled.",
                "To use it again, give its source another name in the configuration, and reload: it is looked at as a new one."
            },
            mixinStandardHelpOptions = true)
    int retire(@Mixin NodeAddress node, @Mixin SourceOrder order) {
        return operate(node, order, "retire", Optional.empty());
    }

    @Command(
            name = "enable",
            description = {
                "What was drained or disabled comes back, by the ramp.",
                "What lists or receivers say against it counts as ever: of an address that no operator took out nothing changes."
            },
            mixinStandardHelpOptions = true)
    int enable(@Mixin NodeAddress node, @Mixin SourceOrder order) {
        return operate(node, order, "enable", Optional.empty());
    }

    /** Which address, and why. */
    static final class SourceOrder {
        @Parameters(paramLabel = "SOURCE", description = "The source's name, or its public address")
        private String source = "";

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; shown wherever the address is")
        private @Nullable String reason;
    }

    /** When it comes back by itself. */
    static final class End {
        @Option(
                names = "--for",
                paramLabel = "TIME",
                description =
                        "After this it comes back by itself, by the ramp: 4h, 1d; 90d at most. Else when it is enabled")
        private @Nullable String time;

        Optional<Instant> until() {
            return Optional.ofNullable(time).map(text -> Instant.now().plus(duration(text)));
        }
    }

    private int operate(NodeAddress node, SourceOrder order, String verb, Optional<Instant> until) {
        var body = empty();
        until.ifPresent(end -> body.put("until", end.toString()));
        if (order.reason != null) {
            body.put("reason", order.reason);
        }
        body.put("who", terminal.variable("USER").orElse(SOMEBODY));
        var path = PATH + "/addresses/" + encoded(order.source).replace("+", "%20") + "/" + verb;
        var answer = NodeClient.of(node, terminal).post(path, body);
        terminal.out().println(node.json() ? answer : done(answer));
        return ExitStatus.DONE;
    }

    private static String done(JsonNode answer) {
        var state = printable(answer, "state");
        var said = state.startsWith(ALREADY)
                ? "was " + state.substring(ALREADY.length()) + " already"
                : state
                        + (answer.hasNonNull("until")
                                ? " until " + StatusLines.seconds(printable(answer, "until"))
                                : "");
        return answer.hasNonNull("note") ? said + System.lineSeparator() + printable(answer, "note") : said;
    }

    private int order(NodeAddress node, String ip, String list, String verb, ObjectNode body) {
        var answer = NodeClient.of(node, terminal).post(cellPath(asWatched(ip), list) + "/" + verb, body);
        var state = printable(answer, "state");
        terminal.out().println(node.json() ? answer : state.equals("not-muted") ? "was not muted" : state);
        return ExitStatus.DONE;
    }

    private static String cellPath(String ip, String list) {
        return PATH + "/cells/" + encoded(ip) + "/" + encoded(list);
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String printable(JsonNode node, String field) {
        return Sentences.printable(node.path(field).asText());
    }
}
