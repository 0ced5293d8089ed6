package io.mailvane.outbound;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A peer that takes every message, but for the answers it was given. */
final class Answers implements ScriptedPeer.Script {
    /** Instead of a reply: the connection ends. */
    static final String DROP = "(drop)";
    /** Instead of a reply: the connection ends as by a crash. */
    static final String RESET = "(reset)";
    /** Instead of a reply: nothing, until the client goes. */
    static final String SILENCE = "(silence)";

    static final String GREETING = "(greeting)";
    static final String CONTENT = "(content)";

    private final Map<String, String> answers = new LinkedHashMap<>();
    private List<String> offers = List.of();
    private @Nullable SSLContext tls;

    static Answers offering(String... keywords) {
        var answers = new Answers();
        answers.offers = List.of(keywords);
        return answers;
    }

    /** @param command its begin, or GREETING, or CONTENT for what follows the final dot */
    Answers to(String command, String reply) {
        answers.put(command, reply);
        return this;
    }

    Answers withTls(SSLContext context) {
        tls = context;
        return this;
    }

    @Override
    public void talk(ScriptedPeer.Line line) throws IOException {
        boolean goOn = answer(line, GREETING, "220 peer.example ESMTP");
        while (goOn) {
            var command = line.hear();
            goOn = switch (command.split(" ")[0]) {
                case "EHLO" -> answer(line, command, ehlo());
                case "DATA" -> answer(line, command, "354 Go on") && content(line);
                case "STARTTLS" -> answer(line, command, "220 Go on") && startTls(line);
                case "QUIT" -> {
                    answer(line, command, "221 Bye");
                    yield false;
                }
                default -> answer(line, command, "250 2.0.0 Ok");
            };
        }
    }

    private String ehlo() {
        var reply = new StringBuilder();
        for (int i = 0; i <= offers.size(); i++) {
            reply.append(i == 0 ? "" : "\r\n")
                    .append(i == offers.size() ? "250 " : "250-")
                    .append(i == 0 ? "peer.example" : offers.get(i - 1));
        }
        return reply.toString();
    }

    private boolean content(ScriptedPeer.Line line) throws IOException {
        if (!reply("DATA", "354").startsWith("354")) {
            return true;
        }
        line.hearContent();
        return answer(line, CONTENT, "250 2.0.0 Taken");
    }

    private boolean startTls(ScriptedPeer.Line line) throws IOException {
        if (tls != null && reply("STARTTLS", "220").startsWith("220")) {
            line.startTls(tls);
        }
        return true;
    }

    private boolean answer(ScriptedPeer.Line line, String command, String usual) throws IOException {
        var reply = reply(command, usual);
        switch (reply) {
            case DROP -> {
                return false;
            }
            case RESET -> {
                line.reset();
                return false;
            }
            case SILENCE -> {
                line.hold();
                return false;
            }
            default -> line.reply(reply);
        }
        return true;
    }

    private String reply(String command, String usual) {
        return answers.entrySet().stream()
                .filter(entry -> command.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(usual);
    }
}
