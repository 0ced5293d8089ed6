package io.mailvane.dnsbl;

import io.mailvane.dnsbl.NameFinding.Weight;
import io.mailvane.spf.SpfCheck;
import io.mailvane.spf.SpfResult;
import io.mailvane.spf.SpfResult.Kind;
import java.net.InetAddress;
import java.util.Locale;

/** Whether SPF lets a source address send, and what is to be done if it does not. Any number of threads. */
final class SpfLook {
    private final SpfCheck check;

    SpfLook(SpfCheck check) {
        this.check = check;
    }

    /** Without a record nothing is wrong: few EHLO names have one. */
    NameFinding ofHelo(Source source) {
        var helo = source.helo().orElseThrow();
        var result = check(source, helo);
        return result.kind() == Kind.NONE ? new NameFinding.Absent() : finding(source, helo, result);
    }

    NameFinding ofSender(Source source, String domain) {
        return finding(source, domain, check(source, domain));
    }

    private SpfResult check(Source source, String domain) {
        var client = InetAddress.ofLiteral(source.address().toString());
        return check.check(SpfCheck.Question.of(client, domain, source.helo().orElse(domain)));
    }

    private static NameFinding finding(Source source, String domain, SpfResult result) {
        var address = source.address();
        var term = (address.family() == IpAddress.Family.IPV4 ? "ip4:" : "ip6:") + address;
        return switch (result.kind()) {
            case PASS -> new NameFinding.Right();
            case TEMPERROR -> new NameFinding.Unknown();
            case NONE ->
                wrong(
                        domain + " has no SPF record: give it a TXT record such as \"v=spf1 " + term + " ~all\"",
                        Weight.FROWNED_ON);
            case FAIL -> wrong(notIncluded(domain, address, result) + term, Weight.REFUSED);
            case SOFTFAIL, NEUTRAL -> wrong(notIncluded(domain, address, result) + term, Weight.FROWNED_ON);
            case PERMERROR ->
                wrong(
                        "v=spf1 of " + domain + " cannot be evaluated, and so lets nobody send: " + result.why(),
                        Weight.FROWNED_ON);
        };
    }

    private static NameFinding wrong(String reason, Weight weight) {
        return new NameFinding.Wrong(Text.clean(reason, HistoryEvent.MAX_CAUSE), weight);
    }

    private static String notIncluded(String domain, IpAddress address, SpfResult result) {
        return "v=spf1 of " + domain + " does not include " + address + " ("
                + result.kind().name().toLowerCase(Locale.ROOT) + ", " + result.why() + "): add ";
    }
}
