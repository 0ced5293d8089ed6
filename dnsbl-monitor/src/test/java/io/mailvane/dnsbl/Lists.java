package io.mailvane.dnsbl;

import io.mailvane.mail.Secret;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Rcode;

/** Lists and replies to speak of. */
final class Lists {
    private static final Catalogue CATALOGUE = Catalogue.shipped();

    private Lists() {}

    static DnsblList shipped(String id) {
        var entry = CATALOGUE.entry(id).orElseThrow(() -> new IllegalArgumentException(id));
        return entry.list(entry.need() == Catalogue.Needs.KEY ? Optional.of(new Secret("k3y")) : Optional.empty());
    }

    /** An answer of these return codes, to be kept five minutes; none: NXDOMAIN. */
    static DnsReply reply(String... codes) {
        return new DnsReply.Answered(
                codes.length == 0 ? Rcode.NXDOMAIN : Rcode.NOERROR,
                List.of(),
                Arrays.stream(codes).map(Lists::code).toList(),
                Optional.of(Duration.ofMinutes(5)));
    }

    static Answer answer(DnsblList list, String... codes) {
        return Answer.of(reply(codes), list);
    }

    private static int code(String text) {
        return ByteBuffer.wrap(InetAddress.ofLiteral(text).getAddress()).getInt();
    }
}
