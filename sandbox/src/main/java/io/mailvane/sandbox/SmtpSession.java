package io.mailvane.sandbox;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** One client's session (RFC 5321). Runs on its connection's thread. */
final class SmtpSession {
    private static final long LARGEST_MESSAGE = 50L * 1024 * 1024;
    private static final int MOST_RECIPIENTS = 1000;
    private static final int MOST_ERRORS = 20;

    private static final String PATH =
            "<((?:\"(?:[^\"\\\\\\x00-\\x1f\\x7f]|\\\\[ -~])*\"@)?[^<>\"\\x00-\\x20\\x7f]*)>((?: [^ ]+)*)";
    private static final Pattern NAME = Pattern.compile("[^\\x00-\\x20\\x7f]+");
    private static final Pattern MAIL = Pattern.compile("FROM:" + PATH, Pattern.CASE_INSENSITIVE);
    private static final Pattern RCPT = Pattern.compile("TO:" + PATH, Pattern.CASE_INSENSITIVE);
    private static final Map<String, Pattern> PARAMETERS = Map.of(
            "SIZE", Pattern.compile("[0-9]{1,20}"),
            "BODY", Pattern.compile("7BIT|8BITMIME", Pattern.CASE_INSENSITIVE),
            "SMTPUTF8", Pattern.compile(""));

    private final SmtpServer server;
    private final InetAddress client;
    private final SmtpInput in;
    private final OutputStream out;

    private String greeting = "";
    private String protocol = "SMTP";
    private boolean hasReversePath;
    private String reversePath = "";
    private final List<String> forwardPaths = new ArrayList<>();
    /** RFC 5321 section 3.1: whoever was refused at the connection may say QUIT and nothing else. */
    private boolean isTurnedAway;

    private int errors;

    SmtpSession(SmtpServer server, Socket socket) throws IOException {
        this.server = server;
        client = socket.getInetAddress();
        in = new SmtpInput(socket.getInputStream());
        out = new BufferedOutputStream(socket.getOutputStream());
    }

    /** What follows a command. */
    private enum Next {
        COMMAND,
        END
    }

    void run() throws IOException {
        try {
            var next = judge(Phase.CONNECT, "220 " + server.hostName() + " ESMTP Mailvane sandbox");
            while (next == Next.COMMAND) {
                next = answerCommand();
            }
        } catch (EOFException e) {
            // The client has left without QUIT, as it may.
        }
    }

    private Next answerCommand() throws IOException {
        try {
            var command = in.command();
            int space = command.indexOf(' ');
            var verb = (space < 0 ? command : command.substring(0, space)).toUpperCase(Locale.ROOT);
            return answer(verb, space < 0 ? "" : command.substring(space + 1));
        } catch (SmtpInput.BadLineException e) {
            return error("500 5.5.2 " + e.getMessage());
        }
    }

    private Next answer(String verb, String argument) throws IOException {
        if (isTurnedAway && !verb.equals("QUIT")) {
            return error("503 5.5.1 You are not welcome");
        }
        return switch (verb) {
            case "EHLO" -> greet("ESMTP", argument);
            case "HELO" -> greet("SMTP", argument);
            case "MAIL" -> mail(argument);
            case "RCPT" -> rcpt(argument);
            case "DATA" -> data();
            case "RSET" -> {
                reset();
                yield say("250 2.0.0 Ok");
            }
            case "NOOP" -> say("250 2.0.0 Ok");
            case "VRFY" -> say("252 2.5.0 Send mail, and see");
            case "QUIT" -> {
                say("221 2.0.0 " + server.hostName() + " closes");
                yield Next.END;
            }
            default -> error("500 5.5.1 Unknown command");
        };
    }

    private Next greet(String as, String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            return error("501 5.5.4 Say who you are");
        }
        reset();
        greeting = name;
        protocol = as;
        if (as.equals("SMTP")) {
            return say("250 " + server.hostName());
        }
        var seen = PublicAddresses.seenFrom(client).getHostAddress();
        return say(
                "250-" + server.hostName() + " at your service, [" + seen + "]",
                "250-PIPELINING",
                "250-SIZE " + LARGEST_MESSAGE,
                "250-8BITMIME",
                "250-SMTPUTF8",
                "250 ENHANCEDSTATUSCODES");
    }

    private Next mail(String argument) throws IOException {
        if (greeting.isEmpty() || hasReversePath) {
            return error("503 5.5.1 " + (hasReversePath ? "There is a transaction already" : "EHLO first"));
        }
        var path = MAIL.matcher(argument);
        if (!path.matches()) {
            return error("501 5.5.4 Syntax: MAIL FROM:<address>");
        }
        for (var parameter : path.group(2).strip().split(" ", -1)) {
            if (!parameter.isEmpty() && !isKnown(parameter)) {
                return error("555 5.5.4 Unknown parameter " + printable(parameter));
            }
        }
        if (declaredSize(path.group(2)) > LARGEST_MESSAGE) {
            return say("552 5.3.4 Larger than " + LARGEST_MESSAGE + " octets");
        }
        reversePath = path.group(1);
        hasReversePath = true;
        return judge(Phase.MAIL, "250 2.1.0 Ok");
    }

    private static boolean isKnown(String parameter) {
        int equals = parameter.indexOf('=');
        var name = equals < 0 ? parameter : parameter.substring(0, equals);
        var values = PARAMETERS.get(name.toUpperCase(Locale.ROOT));
        return values != null
                && values.matcher(equals < 0 ? "" : parameter.substring(equals + 1))
                        .matches();
    }

    private static double declaredSize(String parameters) {
        var size = Pattern.compile(" SIZE=([0-9]+)", Pattern.CASE_INSENSITIVE).matcher(parameters);
        return size.find() ? Double.parseDouble(size.group(1)) : 0;
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x21-\\x7e]", "?");
    }

    private Next rcpt(String argument) throws IOException {
        if (!hasReversePath) {
            return error("503 5.5.1 MAIL first");
        }
        var path = RCPT.matcher(argument);
        if (!path.matches()) {
            return error("501 5.5.4 Syntax: RCPT TO:<address>");
        }
        if (!path.group(2).isEmpty()) {
            return error(
                    "555 5.5.4 Unknown parameter " + printable(path.group(2).strip()));
        }
        if (forwardPaths.size() == MOST_RECIPIENTS) {
            return say("452 4.5.3 Too many recipients");
        }
        try {
            Postbox.Mailbox.parse(path.group(1), server.hostName());
        } catch (UsageException e) {
            return error("553 5.1.3 " + e.getMessage());
        }
        forwardPaths.add(path.group(1));
        return judge(Phase.RCPT, "250 2.1.5 Ok");
    }

    private Next data() throws IOException {
        if (forwardPaths.isEmpty()) {
            return error("503 5.5.1 RCPT first");
        }
        say("354 End with a dot on a line of its own");
        try {
            var ended = receive();
            return follow(ended.verdict(), Phase.DATA, ended.reply());
        } finally {
            reset();
        }
    }

    /**
     * What became of content.
     *
     * @param reply unless the verdict is against it
     */
    private record Ended(Verdict verdict, String reply) {}

    /** When it returns, and so before the client knows, all of the content is in its place or gone. */
    private Ended receive() throws IOException {
        try (var draft = server.beginContent()) {
            return switch (in.content(draft.content(), LARGEST_MESSAGE)) {
                case WHOLE -> keep(draft);
                case TOO_LARGE -> new Ended(new Verdict.Go(), "552 5.3.4 Larger than " + LARGEST_MESSAGE + " octets");
                case BARE -> new Ended(new Verdict.Go(), "554 5.6.0 The content has a bare CR, a bare LF or a NUL");
            };
        }
    }

    private Ended keep(Postbox.Draft draft) throws IOException {
        var verdict = server.receiver().judge(attempt(Phase.DATA));
        if (verdict instanceof Verdict.Go) {
            var arrival = new SmtpServer.Arrival(server.now(), client, greeting, draft.id());
            for (var forwardPath : forwardPaths) {
                draft.deliver(Postbox.Mailbox.parse(forwardPath, server.hostName()), trace(arrival, forwardPath));
                server.countKept(arrival, forwardPath);
            }
        }
        return new Ended(verdict, "250 2.0.0 Ok: kept as " + draft.id());
    }

    /** The fields of RFC 5321 section 4.4, so that a reader of the maildir sees which way the mail came. */
    private String trace(SmtpServer.Arrival arrival, String forwardPath) {
        var seen = PublicAddresses.seenFrom(client);
        var outside = seen.equals(client) ? "" : " (seen as " + seen.getHostAddress() + ")";
        return "Return-Path: <" + reversePath + ">\r\nReceived: from " + greeting + " ([" + client.getHostAddress()
                + "])"
                + outside + "\r\n\tby " + server.hostName() + " with " + protocol + " id " + arrival.id()
                + "\r\n\tfor <"
                + forwardPath + ">; "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(arrival.at().atOffset(ZoneOffset.UTC)) + "\r\n";
    }

    private Attempt attempt(Phase phase) {
        return new Attempt(phase, client, reversePath, forwardPaths.isEmpty() ? "" : forwardPaths.getLast());
    }

    /** Says yes, unless the receiver is against it. */
    private Next judge(Phase phase, String yes) throws IOException {
        return follow(server.receiver().judge(attempt(phase)), phase, yes);
    }

    private Next follow(Verdict verdict, Phase phase, String yes) throws IOException {
        return switch (verdict) {
            case Verdict.Go() -> say(yes);
            case Verdict.Refuse(var refusal) -> {
                forget(phase);
                yield refuse(refusal);
            }
            case Verdict.Mute() -> stayMute();
            case Verdict.HangUp() -> Next.END;
        };
    }

    private void forget(Phase refused) {
        switch (refused) {
            case CONNECT -> isTurnedAway = true;
            case RCPT -> forwardPaths.removeLast();
            case MAIL, DATA -> reset();
        }
    }

    private Next refuse(Refusal refusal) throws IOException {
        server.countRefusal(client, refusal);
        say(refusal.lines().toArray(String[]::new));
        return refusal.closes() ? Next.END : Next.COMMAND;
    }

    /** Reads on and says nothing, until the client leaves or the time-out of the connection. */
    private Next stayMute() throws IOException {
        in.drain();
        return Next.END;
    }

    private void reset() {
        hasReversePath = false;
        reversePath = "";
        forwardPaths.clear();
    }

    private Next error(String reply) throws IOException {
        errors++;
        if (errors == MOST_ERRORS) {
            say("421 4.7.0 Too many errors");
            return Next.END;
        }
        return say(reply);
    }

    private Next say(String... lines) throws IOException {
        for (var line : lines) {
            out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
        return Next.COMMAND;
    }
}
