package io.mailvane.dnsbl;

import io.mailvane.dnsbl.IpAddress.Family;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A DNSBL as it is asked and read.
 *
 * @param zones by the families that it knows; at least one
 * @param group lists of one operator, or that contain each other: only the heaviest of a group counts
 * @param codes first match wins
 * @param errors codes that refuse an answer; they win over {@code codes}
 * @param servers asked for this list; empty: those of the zone, or else the site's resolver
 * @param delist a page, {@code <ip>} standing for the address; "" if there is none
 */
public record DnsblList(
        String id,
        String name,
        Map<Family, Zone> zones,
        String group,
        List<Code> codes,
        List<ErrorCode> errors,
        Affinity affinity,
        TestPoints testPoints,
        Remedy remedy,
        List<InetSocketAddress> servers,
        String delist,
        String note) {
    /** Of every list (1.4 of the specification): what no list uses for a listing. */
    static final CodePattern.Octets ERROR_RANGE = CodePattern.parse("127.255.255.0-255");

    /**
     * A return code that has a meaning.
     *
     * @param weight 0 to 100: how much a receiver that uses the list is lost by it
     */
    record Code(CodePattern pattern, String name, double weight, Remedy remedy, Effect effect) {
        Code {
            if (!(weight >= 0 && weight <= 100)) {
                throw new IllegalArgumentException("a weight is within 0 and 100: " + weight);
            }
        }
    }

    enum Effect {
        LISTING,
        /** White or informational. */
        NEUTRAL
    }

    record ErrorCode(CodePattern pattern, String reason) {}

    /**
     * What is asked to see whether the list works.
     *
     * @param positive must be listed; empty if the list has no such entry: then it shows, and does not route
     * @param expected each must be among the answer's codes; empty: any listing will do
     * @param negative must not be listed; empty if the list gives that answer a meaning
     */
    record TestPoints(Optional<IpAddress> positive, List<CodePattern> expected, Optional<IpAddress> negative) {
        TestPoints {
            expected = List.copyOf(expected);
        }
    }

    public DnsblList {
        if (!isId(id)) {
            throw new IllegalArgumentException("an id is letters, digits, dots and hyphens, lower case: " + id);
        }
        if (zones.isEmpty()) {
            throw new IllegalArgumentException("the list has no zone: " + id);
        }
        zones = Map.copyOf(zones);
        codes = List.copyOf(codes);
        errors = List.copyOf(errors);
        servers = List.copyOf(servers);
    }

    static boolean isId(String text) {
        return text.matches("[a-z0-9][a-z0-9._-]{0,62}");
    }

    /** Weight of its heaviest listing; 0 of a list that cannot be tested. */
    public double weight() {
        return testPoints.positive().isEmpty()
                ? 0
                : codes.stream().mapToDouble(Code::weight).max().orElse(0);
    }

    boolean isKeyed() {
        return zones.values().stream().anyMatch(zone -> zone.key().isPresent());
    }

    /** The family that its test points are asked in. */
    Family testFamily() {
        return zones.containsKey(Family.IPV4) ? Family.IPV4 : Family.IPV6;
    }

    Zone zone(Family family) {
        var zone = zones.get(family);
        if (zone == null) {
            throw new IllegalArgumentException(id + " has no zone for " + family);
        }
        return zone;
    }

    Optional<Code> code(int code) {
        return codes.stream().filter(each -> each.pattern().matches(code)).findFirst();
    }

    Optional<String> error(int code) {
        return errors.stream()
                .filter(each -> each.pattern().matches(code))
                .findFirst()
                .map(ErrorCode::reason)
                .or(() -> ERROR_RANGE.matches(code) ? Optional.of("an error code of the list") : Optional.empty());
    }

    String delistUrl(IpAddress address) {
        return delist.replace("<ip>", address.toString());
    }

    /** The text with every sight of a key taken out. */
    String redact(String text) {
        var shown = text;
        for (var zone : zones.values()) {
            shown = zone.redact(shown);
        }
        return shown;
    }
}
