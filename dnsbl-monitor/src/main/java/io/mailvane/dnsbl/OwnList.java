package io.mailvane.dnsbl;

import io.mailvane.dnsbl.IpAddress.Family;
import io.mailvane.mail.Secret;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A list of the operator's own: {@code [[dnsbl.list]]}.
 *
 * @param zone {@code <key>} stands where the key goes
 * @param weight of each of its codes
 * @param codes meaning by return code
 * @param positive the test point that must be listed; empty: the list has none, and does not route
 * @param negative the test point that must not be
 */
public record OwnList(
        String id,
        String zone,
        Optional<Secret> key,
        Set<Family> families,
        List<InetSocketAddress> servers,
        double weight,
        Map<String, String> codes,
        Optional<IpAddress> positive,
        Optional<IpAddress> negative,
        String delist) {
    private static final Pattern SPAMHAUS = Pattern.compile("(?i)(^|[.])spamhaus[.](org|net|com)[.]?$");

    public OwnList {
        families = Set.copyOf(families);
        servers = List.copyOf(servers);
        codes = Map.copyOf(codes);
    }

    /** Whether it is one of Spamhaus', with a key in its name or without. */
    boolean isSpamhaus() {
        return SPAMHAUS.matcher(zone).find();
    }

    /** @throws IllegalArgumentException if {@link OwnListChecks} find fault with it */
    DnsblList list() {
        var zones = new HashMap<Family, Zone>();
        families.forEach(family -> zones.put(family, new Zone(zone, key)));
        return new DnsblList(
                id,
                id,
                zones,
                isSpamhaus() ? ListChoice.SPAMHAUS_GROUP : id,
                codes.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(code -> new DnsblList.Code(
                                CodePattern.parse(code.getKey()),
                                code.getValue(),
                                weight,
                                Remedy.REQUEST,
                                DnsblList.Effect.LISTING))
                        .toList(),
                List.of(),
                Affinity.PLAIN,
                new DnsblList.TestPoints(positive, List.of(), negative),
                Remedy.REQUEST,
                servers,
                delist,
                "");
    }
}
