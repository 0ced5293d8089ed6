package io.mailvane.storage;

import java.util.Locale;

/** How a volume stands, from the best to the worst. */
public enum VolumeState {
    HEALTHY,
    /** It takes mail, but something is wrong that an operator should mend. */
    DEGRADED,
    /** So little room is left that no more mail is taken; what is queued is delivered, and makes room. */
    LOW,
    /** It can be read, and not be written. */
    READ_ONLY,
    /** It is not there, or something else is in its place. */
    GONE,
    /** It does not answer. */
    HUNG,
    /** It was not looked at yet. */
    UNKNOWN;

    /** The word of log, REST and pages. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether mail may be taken. */
    public boolean accepts() {
        return this == HEALTHY || this == DEGRADED;
    }
}
