package io.mailvane.reply;

import io.mailvane.mail.SmtpReply;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** The address at which a server sees us, as many say it in the first line of their reply to EHLO: {@code at your service, [203.0.113.7]}. */
public final class EchoedAddress {
    private static final Pattern BRACKETS = Pattern.compile("\\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})]");

    private EchoedAddress() {}

    /** Empty if it names none, or one that the Internet does not see: a host behind the same NAT. */
    public static Optional<InetAddress> in(SmtpReply ehlo) {
        return QuotedAddresses.in(BRACKETS.matcher(ehlo.lines().getFirst())
                        .results()
                        .map(hit -> hit.group(1))
                        .findFirst()
                        .orElse(""))
                .stream()
                .filter(EchoedAddress::isPublic)
                .findFirst();
    }

    /** Whether it is the same host wherever one asks; loopback, that of whoever lives there alone, is left to who asks. */
    public static boolean isPublic(InetAddress address) {
        var octets = address.getAddress();
        boolean isShared = octets.length == 4 && octets[0] == 100 && (octets[1] & 0xc0) == 64;
        boolean isUniqueLocal = octets.length == 16 && (octets[0] & 0xfe) == 0xfc;
        return !(address.isSiteLocalAddress() || address.isLinkLocalAddress() || isShared || isUniqueLocal);
    }
}
