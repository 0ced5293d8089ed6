package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What ends a listing. */
public enum Remedy {
    /** It ends by itself once what caused it has stopped. */
    WAIT,
    /** A form of the list's. */
    SELF_SERVICE,
    /** A request that a human reads. */
    REQUEST,
    /** Our own set-up is at fault: PTR, EHLO name, a range declared as dynamic. Waiting cures nothing. */
    CONFIG,
    /** A host of ours is abused by others. */
    COMPROMISE,
    /** The network's provider. */
    PROVIDER,
    /** Nothing that we could do. */
    NONE;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
