package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * All addresses in one sentence.
 *
 * @param asOf when an answer last counted; empty: none ever did
 * @param staleAt from then on the sentence is of yesterday, whatever it says
 */
public record Verdict(String sentence, Tone tone, Optional<Instant> asOf, Instant staleAt) {
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

    /** The tone for a reader at this time. */
    public Tone toneAt(Instant now) {
        return now.isBefore(staleAt) ? tone : Tone.STALE;
    }
}
