package io.mailvane.mail;

import java.util.Locale;

/** Where one recipient of a queued message stands. The last four are settled. */
public enum RecipientState {
    ACTIVE,
    DEFERRED,
    HELD,
    RELAYED,
    FAILED,
    EXPIRED,
    DELETED;

    public boolean settled() {
        return switch (this) {
            case ACTIVE, DEFERRED, HELD -> false;
            case RELAYED, FAILED, EXPIRED, DELETED -> true;
        };
    }

    /** The word of REST and CLI. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
