package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.Verdict;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A node's addresses in one sentence.
 *
 * @param asOf when an answer last counted; absent: none ever did
 * @param staleAt from then on it is of yesterday, whatever it says
 * @param notice what every reader is to know first; "" if nothing
 */
public record VerdictAnswer(
        String sentence, Verdict.Tone tone, Optional<Instant> asOf, Instant staleAt, String notice) {
    public VerdictAnswer {
        Objects.requireNonNull(tone, "tone");
        Objects.requireNonNull(staleAt, "staleAt");
        sentence = Bounds.text(sentence);
        notice = Bounds.text(notice);
    }

    Verdict.Tone toneAt(Instant now) {
        return now.isBefore(staleAt) ? tone : Verdict.Tone.STALE;
    }
}
