package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** How long a reply may be kept. */
class DnsReplyTest {
    private static final Message QUERY =
            Message.newQuery(Record.newRecord(ScriptedDns.name("7.113.0.203.bl.example."), Type.A, DClass.IN));

    /** RFC 2308, section 5. */
    @Test
    void aNoIsKeptAsLongAsTheLesserOfTheSoasTtlAndItsMinimum() {
        assertThat(no(300, 900)).isEqualTo(Optional.of(Duration.ofMinutes(5)));
        assertThat(no(900, 300)).isEqualTo(Optional.of(Duration.ofMinutes(5)));
    }

    private static Optional<Duration> no(long ttl, long minimum) {
        var reply = ScriptedDns.reply(QUERY, Rcode.NXDOMAIN);
        var zone = ScriptedDns.name("bl.example.");
        reply.addRecord(new SOARecord(zone, DClass.IN, ttl, zone, zone, 1, 2, 3, 4, minimum), Section.AUTHORITY);
        return ((DnsReply.Answered) DnsReply.of(reply)).ttl();
    }

    @Test
    void aListingIsKeptAsLongAsTheLeastOfItsRecords() {
        var owner = QUERY.getQuestion().getName();
        var target = ScriptedDns.name("c.example.");
        var reply = ScriptedDns.reply(
                QUERY,
                Rcode.NOERROR,
                ScriptedDns.cname(owner, Duration.ofMinutes(1), "c.example."),
                ScriptedDns.a(target, Duration.ofMinutes(15), "127.0.0.2"));

        assertThat(DnsReply.of(reply))
                .isEqualTo(new DnsReply.Answered(
                        Rcode.NOERROR,
                        List.of("c.example"),
                        List.of(127 << 24 | 2),
                        Optional.of(Duration.ofMinutes(1))));
    }
}
