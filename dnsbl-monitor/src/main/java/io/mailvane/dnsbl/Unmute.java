package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;

/** What comes of an operator's word that a listing is to count again. */
public enum Unmute {
    UNMUTED("unmuted"),
    /** It counts as before, and nothing is written down. */
    NOT_MUTED("not-muted");

    private final String label;

    Unmute(String label) {
        this.label = label;
    }

    @Override
    @JsonValue
    public String toString() {
        return label;
    }
}
