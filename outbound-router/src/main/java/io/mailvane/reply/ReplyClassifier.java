package io.mailvane.reply;

import io.mailvane.mail.StatusClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Tells what replies mean: the first row of the table that finds something decides, its confidence lowered by a phase that
 * speaks against it. Remembers the last few texts. Any number of threads.
 *
 * <p>Of a text only the addresses are masked before it is remembered. To mask all digits would make (S3150) of a blocked network
 * and (S8001) of a listed domain one text.
 */
public final class ReplyClassifier {
    private static final int REMEMBERED = 1_000;
    private static final Found NOTHING = new Found(Optional.empty());

    private final List<ReplyPattern> patterns;
    private final CitedLists lists;
    private final LinkedHashMap<Key, Found> remembered = new LinkedHashMap<>(64, 0.75f, true);

    private record Key(HeardReply.NextHop nextHop, String host, String text) {}

    private record Found(Optional<ReplyPattern> pattern) {}

    ReplyClassifier(List<ReplyPattern> patterns, CitedLists lists) {
        this.patterns = List.copyOf(patterns);
        this.lists = lists;
    }

    /** With the table that Mailvane ships. */
    public static ReplyClassifier shipped() {
        var patterns =
                rows("reply-patterns.tsv").stream().map(ReplyPattern::ofRow).toList();
        return new ReplyClassifier(patterns, new CitedLists(rows("cited-lists.tsv")));
    }

    /** The rows of a table of ours, without comments. */
    static List<String> rows(String resource) {
        try (var in = ReplyClassifier.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("this program lacks its " + resource);
            }
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(row -> !row.isBlank() && !row.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param heard a refusal or a deferral: class 4 or 5 */
    public Classification classify(HeardReply heard) {
        var text = ReplyText.of(heard.reply());
        var found = find(heard, QuotedAddresses.masked(text)).pattern();
        var named = found.map(row -> byRow(row, heard)).orElseGet(() -> byPhase(heard));
        var meaning = refusesNullReversePath(heard, named)
                ? new Meaning(ReplyClass.SMARTHOST_CONFIG, Confidence.MEDIUM, "null-reverse-path")
                : named;
        return new Classification(
                meaning.replyClass(),
                meaning.confidence(),
                meaning.by(),
                extent(meaning, text),
                lists.find(text),
                QuotedAddresses.in(text));
    }

    private record Meaning(ReplyClass replyClass, Confidence confidence, String by) {}

    private Found find(HeardReply heard, String text) {
        var key = new Key(heard.nextHop(), heard.host(), text);
        synchronized (remembered) {
            var known = remembered.get(key);
            if (known != null) {
                return known;
            }
        }
        var found = patterns.stream()
                .filter(row -> row.mayFind(text)
                        && row.scope().covers(heard.nextHop(), heard.host())
                        && row.text().matcher(text).find())
                .findFirst()
                .map(row -> new Found(Optional.of(row)))
                .orElse(NOTHING);
        synchronized (remembered) {
            remembered.put(key, found);
            if (remembered.size() > REMEMBERED) {
                remembered.pollFirstEntry();
            }
        }
        return found;
    }

    private static Meaning byRow(ReplyPattern row, HeardReply heard) {
        boolean fits = heard.phase().fits(row.replyClass());
        return new Meaning(
                row.replyClass(), fits ? row.confidence() : row.confidence().less(), row.id());
    }

    private static Meaning byPhase(HeardReply heard) {
        boolean permanent = heard.reply().statusClass() == StatusClass.PERMANENT;
        boolean unsaid = heard.phase() == ReplyPhase.GREETING || heard.phase() == ReplyPhase.EHLO;
        if (permanent && unsaid && heard.nextHop() == HeardReply.NextHop.MX) {
            return new Meaning(ReplyClass.IP_BLOCK, Confidence.LOW, "phase");
        }
        return new Meaning(permanent ? ReplyClass.UNRECOGNISED : ReplyClass.SERVER_TEMP, Confidence.LOW, "code");
    }

    /** A relay that takes no {@code <>} says so at MAIL, each in its own words. */
    private static boolean refusesNullReversePath(HeardReply heard, Meaning meaning) {
        return heard.nextHop() == HeardReply.NextHop.SMARTHOST
                && heard.phase() == ReplyPhase.MAIL
                && heard.reply().statusClass() == StatusClass.PERMANENT
                && heard.reversePath().mailbox().isEmpty()
                && !meaning.replyClass().bearing().isAboutTheSmarthost();
    }

    private static Classification.Extent extent(Meaning meaning, String text) {
        if (meaning.by().equals("GEN_RCPT_IPFILTER")) {
            return Classification.Extent.RECIPIENT_DOMAIN;
        }
        return text.contains("netblock") || text.contains("part of their network")
                ? Classification.Extent.NETBLOCK
                : Classification.Extent.ADDRESS;
    }
}
