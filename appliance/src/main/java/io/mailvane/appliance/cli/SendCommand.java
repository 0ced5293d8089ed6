package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.PathSyntaxException;
import io.mailvane.outbound.HostAndPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code send}: one message by SMTP, to see what a server says. */
@Command(
        name = "send",
        description = "Sends a message and prints what the server said.",
        mixinStandardHelpOptions = true)
final class SendCommand implements Callable<Integer> {
    private static final int SMTP = 25;
    /** "GMT" is an obsolete zone, which is not written any more (RFC 5322 section 3.3). */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Terminal terminal;

    @Option(names = "--to", required = true, paramLabel = "HOST:PORT", description = "The SMTP server")
    private String to = "";

    @Parameters(index = "0", paramLabel = "FROM", description = "<> for the null reverse-path")
    private String from = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "TO", description = "Recipients")
    private List<String> recipients = List.of();

    @Option(names = "--file", paramLabel = "EML", description = "The content; without it a short test message")
    private @Nullable Path file;

    @Option(names = "--json", description = "Prints the outcome as JSON")
    private boolean json;

    SendCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var server = server(to);
        var sender = from.equals("<>") ? "" : mailbox(from);
        var forward = recipients.stream().map(SendCommand::mailbox).toList();
        var content = file == null ? testMessage(sender, forward) : read(file);
        try (var dialogue = SmtpDialogue.connect(server)) {
            var outcome = dialogue.send(sender, forward, content);
            print(outcome);
            return outcome.takenForAll() ? ExitStatus.DONE : ExitStatus.REFUSED;
        } catch (IOException e) {
            throw new CommandException(ExitStatus.NOT_REACHED, server + ": " + Sentences.of(e));
        }
    }

    private static HostAndPort server(String text) {
        try {
            return HostAndPort.parse(text, SMTP);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitStatus.USAGE, "--to " + text + ": " + e.getMessage());
        }
    }

    private static String mailbox(String text) {
        try {
            return Mailbox.parse(text).toString();
        } catch (PathSyntaxException e) {
            throw new CommandException(ExitStatus.USAGE, text + " is not a mailbox: " + e.getMessage());
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CommandException(ExitStatus.USAGE, Sentences.of(e));
        }
    }

    private static byte[] testMessage(String from, List<String> recipients) {
        var text = "From: <" + (from.isEmpty() ? "postmaster@localhost" : from) + ">\r\nTo: <"
                + String.join(">, <", recipients) + ">\r\nSubject: Test of Mailvane\r\nDate: "
                + DATE.format(Instant.now()) + "\r\nMessage-ID: <"
                + UUID.randomUUID() + "@mailvane.invalid>\r\n\r\nSent by mailvane send.\r\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void print(SmtpDialogue.Outcome outcome) {
        if (!json) {
            outcome.recipients().forEach((mailbox, reply) -> terminal.out().println("<" + mailbox + ">: " + reply));
            terminal.out().println(outcome.reply());
            return;
        }
        var answer = JsonNodeFactory.instance.objectNode();
        var recipients = answer.putArray("recipients");
        outcome.recipients()
                .forEach((mailbox, reply) ->
                        recipients.addObject().put("address", mailbox).put("reply", reply));
        terminal.out().println(answer.put("reply", outcome.reply()));
    }
}
