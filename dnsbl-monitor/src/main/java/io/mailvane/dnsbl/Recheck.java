package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What comes of a person's wish to have a list asked now. */
public enum Recheck {
    ASKING,
    /** So lately that it is not asked again: at most once a minute. */
    ASKED;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
