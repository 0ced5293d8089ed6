package io.mailvane.spf;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** Asks DNS, on the calling thread, and does not wait for ever. CNAMEs are followed. */
@FunctionalInterface
public interface SpfDns {
    /**
     * @param type as in {@link org.xbill.DNS.Type}
     * @return the records of that type; none if the name, or such records of it, do not exist; empty if nobody said so
     */
    Optional<List<Record>> records(Name name, int type);
}
