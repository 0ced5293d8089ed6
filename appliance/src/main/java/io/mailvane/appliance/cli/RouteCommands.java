package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The route decision. */
@Command(
        name = "route",
        description = "Explains where mail would go.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class RouteCommands implements Runnable {
    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    RouteCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do: explain FROM TO");
        }
    }

    @Command(
            name = "explain",
            description = "The decision as it would be made now; nothing is sent.",
            mixinStandardHelpOptions = true)
    int explain(
            @Mixin NodeAddress node,
            @Parameters(paramLabel = "FROM", description = "<> for the null reverse-path") String from,
            @Parameters(paramLabel = "TO", description = "A recipient") String to,
            @Option(
                            names = "--class",
                            paramLabel = "CLASS",
                            description = "urgent, normal or bulk; default: what FROM alone says")
                    @Nullable
                    String mailClass) {
        var answer = NodeClient.of(node, terminal)
                .get("api/v1/route/explain?from=" + encoded(from) + "&to=" + encoded(to)
                        + (mailClass == null ? "" : "&class=" + encoded(mailClass)));
        if (node.json()) {
            terminal.out().println(answer);
            return ExitStatus.DONE;
        }
        print(answer);
        return ExitStatus.DONE;
    }

    private void print(JsonNode answer) {
        terminal.out()
                .println(decision(answer) + ", provider "
                        + answer.path("provider").asText());
        answer.path("candidates").forEach(candidate -> {
            terminal.out()
                    .printf(
                            "  %-12s %s, %s, %s%n",
                            candidate.path("eligible").asBoolean() ? "eligible" : "not eligible",
                            candidate.path("route").asText(),
                            candidate.path("kind").asText(),
                            candidate.path("tier").asText());
            candidate
                    .path("reasons")
                    .forEach(reason -> terminal.out().println("    " + Sentences.printable(reason.asText())));
        });
    }

    /** What fails is on hold for no time at all: it would be returned, and the reasons below say why. */
    static String decision(JsonNode answer) {
        if (fails(answer)) {
            return "fail, and be returned to the sender";
        }
        var chosen = answer.path("chosen");
        var until = answer.path("until").asText("");
        return answer.path("decision").asText()
                + (chosen.isTextual() ? " by " + chosen.asText() : "")
                + (until.isEmpty() ? "" : " until " + until);
    }

    /** As {@code docs/rest.md} has it: of what no way was looked for, the one candidate begins with its fate. */
    private static boolean fails(JsonNode answer) {
        return answer.path("candidates")
                .path(0)
                .path("reasons")
                .path(0)
                .asText()
                .startsWith("fails: ");
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
