package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a cell's state is the last known one and not today's. */
public enum Overlay {
    NONE,
    UNKNOWN,
    REFUSED,
    /** The list, or our way to it, does not show its own test entry: "not listed" means nothing. */
    BLIND,
    /** The list names what it must not: "listed" means nothing. */
    BROKEN,
    DEAD,
    /** By the operator: shown, without effect. */
    MUTED;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
