package io.mailvane.scanning;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mailvane.mail.Secret;
import io.mailvane.mail.Verdict.Action;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * Rspamd, asked by HTTP {@code POST /checkv2}. Its actions are its own: <em>rewrite subject</em> marks and tells the wished
 * subject, for content is never converted; <em>discard</em> quarantines, for accepted mail does not vanish.
 */
public final class RspamdEngine implements ScanEngine, AutoCloseable {
    /** As the configuration names it. */
    public static final String NAME = "rspamd";

    private static final String CHECK = "/checkv2";
    private static final int OK = 200;
    private static final int CONTENT_TOO_LARGE = 413;
    private static final Finding TOO_LARGE = Finding.of(Action.QUARANTINE, "larger than rspamd takes");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private final Optional<Secret> password;
    private final long most;
    private final Exchange exchange;

    /**
     * @param base {@code http://HOST:PORT} of its normal worker
     * @param password of its controller, if that is asked instead
     * @param most octets that it takes, its {@code max_message}: of more it hangs up without a word
     */
    public RspamdEngine(URI base, Optional<Secret> password, long most) {
        this.exchange = new Exchange(base, Optional.empty());
        this.password = password;
        this.most = most;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<TestMessage> mustFind() {
        return Set.of(TestMessage.GTUBE);
    }

    @Override
    public Finding scan(ScanRequest request, Deadline deadline) throws ScanException, InterruptedException {
        if (request.size() > most) {
            return TOO_LARGE;
        }
        try {
            return finding(exchange.send(() -> post(request), deadline));
        } catch (IOException e) {
            throw new ScanException("rspamd: " + e.getMessage(), e);
        }
    }

    private ClassicHttpRequest post(ScanRequest request) {
        var post = new BasicClassicHttpRequest(Method.POST, CHECK);
        post.setEntity(new Upload(new byte[0], request));
        password.ifPresent(secret -> post.addHeader("Password", secret.reveal()));
        var transaction = request.transaction();
        tell(post, "Queue-Id", transaction.qid());
        tell(post, "IP", transaction.address());
        tell(post, "Helo", transaction.helo());
        tell(post, "From", transaction.reversePath());
        transaction.recipients().forEach(recipient -> tell(post, "Rcpt", recipient));
        return post;
    }

    /** What HTTP cannot say as a field (internationalized mailboxes) rspamd is not told: it has the content. */
    private static void tell(ClassicHttpRequest post, String field, String value) {
        if (!value.isEmpty() && value.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            post.addHeader(field, value);
        }
    }

    private static Finding finding(Exchange.Answer answer) throws ScanException, IOException {
        if (answer.status() == CONTENT_TOO_LARGE) {
            return TOO_LARGE;
        }
        if (answer.status() != OK) {
            throw new ScanException("rspamd: answered " + answer.status());
        }
        return finding(JSON.readTree(answer.body()));
    }

    private static Finding finding(JsonNode said) throws ScanException {
        var word = said.path("action").asText("");
        var action = action(word);
        var remarks = remarks(action, said);
        return action == Action.ACCEPT
                ? new Finding(action, List.of(), remarks)
                : new Finding(action, reasons(word, said), remarks);
    }

    private static Action action(String word) throws ScanException {
        return switch (word) {
            case "no action" -> Action.ACCEPT;
            case "add header", "rewrite subject" -> Action.MARK;
            case "greylist", "soft reject" -> Action.DEFER;
            case "quarantine", "discard" -> Action.QUARANTINE;
            case "reject" -> Action.REJECT;
            // Also an action that somebody defined: what it means nobody knows here.
            default -> throw new ScanException("rspamd: unknown action '" + word + "'");
        };
    }

    private static List<String> remarks(Action action, JsonNode said) throws ScanException {
        var remarks = new ArrayList<String>();
        if (action == Action.ACCEPT && said.path("is_skipped").asBoolean()) {
            remarks.add("skipped by rspamd's settings");
        } else {
            remarks.add(String.format(
                    Locale.ROOT, "score %.2f of %.2f", number(said, "score"), number(said, "required_score")));
        }
        var subject = said.path("subject").asText("");
        if (!subject.isEmpty()) {
            remarks.add("subject: " + subject);
        }
        return remarks;
    }

    private static double number(JsonNode said, String name) throws ScanException {
        var value = said.path(name);
        if (!value.isNumber()) {
            throw new ScanException("rspamd: says no " + name);
        }
        return value.asDouble();
    }

    /** The action in rspamd's word, what it would tell the client, then the symbols that weigh most. */
    private static List<String> reasons(String word, JsonNode said) {
        var reasons = new ArrayList<String>();
        reasons.add(word);
        var message = said.path("messages").path("smtp_message").asText("");
        if (!message.isEmpty()) {
            reasons.add(message);
        }
        said.path("symbols").properties().stream()
                .map(symbol -> new Symbol(
                        symbol.getKey(), symbol.getValue().path("score").asDouble()))
                .filter(symbol -> symbol.score() >= 0)
                .sorted(Comparator.comparingDouble(Symbol::score).reversed())
                .forEach(symbol -> reasons.add(symbol.text()));
        return reasons;
    }

    private record Symbol(String name, double score) {
        String text() {
            return String.format(Locale.ROOT, "%s (%.2f)", name, score);
        }
    }

    @Override
    public void close() {
        exchange.close();
    }
}
