package io.mailvane.dnsbl;

import java.time.Instant;

/** An operator's word that a listing is not to count, until it ends. */
public record Mute(Instant until, String reason, String who) {
    static final int MAX_TEXT = 200;

    public Mute {
        reason = Text.clean(reason, MAX_TEXT);
        who = Text.clean(who, MAX_TEXT);
    }
}
