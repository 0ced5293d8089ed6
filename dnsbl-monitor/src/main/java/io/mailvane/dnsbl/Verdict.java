package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All addresses in one sentence, which says how long ago things were, and so is made for a reader's time.
 *
 * @param summary its beginning, which holds at any time
 * @param listings that count, heaviest first: those that are told
 * @param more so many beside those
 * @param next when some cell is asked again; empty: nobody knows
 * @param asOf when an answer last counted; empty: none ever did
 * @param staleAt from then on the sentence is of yesterday, whatever it says
 */
public record Verdict(
        String summary,
        List<Listing> listings,
        int more,
        Optional<Instant> next,
        Tone tone,
        Optional<Instant> asOf,
        Instant staleAt) {
    public Verdict {
        listings = List.copyOf(listings);
    }

    /**
     * An address that is listed.
     *
     * @param what who is, and where
     */
    public record Listing(String what, Instant since) {
        private String at(Instant now) {
            return what + " for " + Text.about(Duration.between(since, now));
        }
    }

    public enum Tone {
        OK,
        WARN,
        BAD,
        /** Too old, or never known: grey, never green. */
        STALE;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The sentence for a reader at this time. What was to be asked by then is not spoken of. */
    public String sentenceAt(Instant now) {
        return sentenceAt(now, Optional.empty());
    }

    /** @param effect what comes of the listings, or of what is left of them, told behind them */
    public String sentenceAt(Instant now, Optional<String> effect) {
        var sentence = new StringBuilder(summary);
        listings.forEach(each -> sentence.append("; ").append(each.at(now)));
        if (more > 0) {
            sentence.append("; and ").append(more).append(more == 1 ? " more listing" : " more listings");
        }
        var why = listings.isEmpty() ? " while an address of ours was out" : " because of it";
        effect.ifPresent(words -> sentence.append("; ").append(words).append(why));
        next.filter(at -> !at.isBefore(now))
                .ifPresent(at -> sentence.append("; next check in ").append(Text.about(Duration.between(now, at))));
        return sentence.append('.').toString();
    }

    /** The tone for a reader at this time. */
    public Tone toneAt(Instant now) {
        return now.isBefore(staleAt) ? tone : Tone.STALE;
    }
}
