package io.mailvane.outbound;

import java.time.Duration;
import java.util.List;
import org.xbill.DNS.Record;

/** What DNS said to one question. No answer is not an answer: {@link Unsure} is neither of the others. */
sealed interface DnsAnswer {
    /**
     * @param records at least one
     * @param ttl the least of theirs
     */
    record Found(List<Record> records, Duration ttl) implements DnsAnswer {}

    /** The name exists, without records of this type. */
    record NoData() implements DnsAnswer {}

    /** The name does not exist. */
    record NoDomain() implements DnsAnswer {}

    /** Time-out, SERVFAIL, nonsense. */
    record Unsure(String reason) implements DnsAnswer {}
}
