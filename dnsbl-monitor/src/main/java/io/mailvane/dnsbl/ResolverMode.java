package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who is asked for a list. */
public enum ResolverMode {
    /** The servers that the configuration names. */
    CONFIGURED,
    /** The zone's own servers, without recursion. */
    DIRECT,
    /** The site's resolver. */
    RESOLVER;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
