package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What is asked to see whether a list works. */
public enum ControlKind {
    /** Its own test entry: must be listed. */
    POSITIVE,
    /** 127.0.0.1: must not be. */
    NEGATIVE,
    /** An address of 127.64.0.0/10 by chance: must not be. Catches those that spare 127.0.0.1. */
    RANDOM;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
