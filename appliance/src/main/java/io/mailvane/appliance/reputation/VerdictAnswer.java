package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A node's addresses in one sentence, as {@link Verdict} makes it for a reader's time.
 *
 * @param more listings beside those
 * @param asOf when an answer last counted; absent: none ever did
 * @param staleAt from then on it is of yesterday, whatever it says
 * @param notice what every reader is to know first; "" if nothing
 */
public record VerdictAnswer(
        String summary,
        List<Verdict.Listing> listings,
        int more,
        Optional<Instant> next,
        Verdict.Tone tone,
        Optional<Instant> asOf,
        Instant staleAt,
        String notice) {
    public VerdictAnswer {
        Objects.requireNonNull(tone, "tone");
        Objects.requireNonNull(staleAt, "staleAt");
        summary = Bounds.text(summary);
        listings = Bounds.list(listings, Bounds.FEW).stream()
                .map(each -> new Verdict.Listing(Bounds.text(each.what()), Objects.requireNonNull(each.since())))
                .toList();
        notice = Bounds.text(notice);
    }

    static VerdictAnswer of(Verdict verdict, String notice) {
        return new VerdictAnswer(
                verdict.summary(),
                verdict.listings(),
                verdict.more(),
                verdict.next(),
                verdict.tone(),
                verdict.asOf(),
                verdict.staleAt(),
                notice);
    }

    private Verdict verdict() {
        return new Verdict(summary, listings, more, next, tone, asOf, staleAt);
    }

    String sentenceAt(Instant now, Optional<String> effect) {
        return verdict().sentenceAt(now, effect);
    }

    Verdict.Tone toneAt(Instant now) {
        return verdict().toneAt(now);
    }
}
