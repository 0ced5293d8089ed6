package io.mailvane.sandbox;

import org.xbill.DNS.Name;
import org.xbill.DNS.SOARecord;

/** A zone that a name server of the sandbox is authoritative for. */
sealed interface ServedZone permits WorldZone, BlacklistZone {
    Name origin();

    /** Its minimum is the time that a negative answer may be kept (RFC 2308). */
    SOARecord soa();

    /**
     * @param name the origin or below it
     */
    Finding find(Name name, int type);
}
