package io.mailvane.dnsbl;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** What came back for one question. That nothing came is a case of its own. */
sealed interface DnsReply {
    /**
     * A reply to our question.
     *
     * @param rcode as {@link org.xbill.DNS.Rcode}
     * @param aliases targets of the CNAME chain, in order
     * @param addresses of the chain's end
     * @param ttl how long the reply may be kept: least of its records, or as RFC 2308 says; empty if nothing says it
     */
    record Answered(int rcode, List<String> aliases, List<Integer> addresses, Optional<Duration> ttl)
            implements DnsReply {
        public Answered {
            aliases = List.copyOf(aliases);
            addresses = List.copyOf(addresses);
        }
    }

    /** @param why a few words; they never quote the question */
    record Silent(String why) implements DnsReply {}

    static DnsReply of(Message message) {
        return isReferral(message) ? new Silent("a referral to other servers") : answered(message);
    }

    /** A server without the zone names those that have it (RFC 2308, section 2.2): of the name it says nothing. */
    private static boolean isReferral(Message message) {
        var authority = message.getSection(Section.AUTHORITY);
        return message.getRcode() == Rcode.NOERROR
                && !message.getHeader().getFlag(Flags.AA)
                && message.getSection(Section.ANSWER).isEmpty()
                && authority.stream().anyMatch(NSRecord.class::isInstance)
                && authority.stream().noneMatch(SOARecord.class::isInstance);
    }

    private static Answered answered(Message message) {
        var aliases = new ArrayList<String>();
        var addresses = new ArrayList<Integer>();
        long ttl = Long.MAX_VALUE;
        Name owner = message.getQuestion().getName();
        var records = message.getSection(Section.ANSWER);
        for (var next = alias(records, owner); next.isPresent() && aliases.size() <= Answer.MAX_ALIASES; ) {
            owner = next.get().getTarget();
            aliases.add(owner.toString(true));
            ttl = Math.min(ttl, next.get().getTTL());
            next = alias(records, owner);
        }
        for (var record : records) {
            if (record instanceof ARecord a && a.getName().equals(owner)) {
                addresses.add(ByteBuffer.wrap(a.getAddress().getAddress()).getInt());
                ttl = Math.min(ttl, a.getTTL());
            }
        }
        var kept = addresses.isEmpty() ? negativeTtl(message) : Optional.of(Duration.ofSeconds(ttl));
        return new Answered(message.getRcode(), aliases, addresses, kept);
    }

    private static Optional<CNAMERecord> alias(List<Record> records, Name owner) {
        return records.stream()
                .filter(record -> record.getName().equals(owner))
                .filter(CNAMERecord.class::isInstance)
                .map(CNAMERecord.class::cast)
                .findFirst();
    }

    private static Optional<Duration> negativeTtl(Message message) {
        return message.getSection(Section.AUTHORITY).stream()
                .filter(SOARecord.class::isInstance)
                .map(SOARecord.class::cast)
                .map(soa -> Duration.ofSeconds(Math.min(soa.getTTL(), soa.getMinimum())))
                .findFirst();
    }
}
