package io.mailvane.sandbox;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** All that can be changed while the sandbox runs, by the names that people use for it. Safe for threads. */
final class World {
    /** Enough for any real reason, and for a test of one that is too long. */
    private static final int LONGEST_REASON = 4000;

    private final NameService resolver;
    private final List<ScriptedZone> zones;
    private final String firstBlacklist;
    private final Map<String, SmtpServer> receivers;

    /**
     * @param zones in the order in which they are shown
     * @param receivers by the names that people type
     */
    World(NameService resolver, List<ScriptedZone> zones, Map<String, SmtpServer> receivers) {
        this.resolver = resolver;
        this.zones = List.copyOf(zones);
        this.receivers = receivers;
        firstBlacklist = zones.stream()
                .filter(zone -> zone.zone() instanceof BlacklistZone)
                .map(zone -> text(zone.origin()))
                .findFirst()
                .orElseThrow();
    }

    /** A change of a listing. */
    record ListingChange(String zone, String ip, boolean listed, List<String> codes, Optional<String> reason) {}

    /** A change of a manner. */
    record MannerChange(String target, String answer) {}

    ListingChange list(String ip, List<String> codes, Optional<String> zone, Optional<String> reason) {
        var blacklist = blacklist(zone);
        var address = Words.ip(ip);
        var text = reason.orElse(address.getHostAddress() + " is listed by the sandbox");
        if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_REASON) {
            throw new UsageException("a reason has at most " + LONGEST_REASON + " octets");
        }
        var listing = new Listing(
                codes.isEmpty()
                        ? List.of(BlacklistZone.LISTED)
                        : codes.stream().map(Words::ipv4).toList(),
                text);
        blacklist.list(address, listing);
        return change(blacklist, address, true, listing);
    }

    ListingChange delist(String ip, Optional<String> zone) {
        var blacklist = blacklist(zone);
        var address = Words.ip(ip);
        var was = blacklist
                .delist(address)
                .orElseThrow(() -> new NotFoundException(
                        address.getHostAddress() + " is not listed in " + text(blacklist.origin())));
        return change(blacklist, address, false, was);
    }

    private static ListingChange change(BlacklistZone zone, InetAddress address, boolean listed, Listing listing) {
        return new ListingChange(
                text(zone.origin()),
                address.getHostAddress(),
                listed,
                listing.codeTexts(),
                Optional.of(listing.reason()).filter(reason -> listed));
    }

    /**
     * @param target {@code resolver}, a zone, or a receiver
     * @param words the manner
     */
    MannerChange answer(String target, List<String> words, Phase phase) {
        var receiver = receivers.get(target);
        if (receiver != null) {
            receiver.receiver().answer(words, phase);
            return new MannerChange(target, String.join(" ", words));
        }
        var manner = ZoneManner.parse(words);
        if (target.equals("resolver")) {
            resolver.answer(manner);
        } else {
            zone(target).answer(manner);
        }
        return new MannerChange(target, manner.words());
    }

    private BlacklistZone blacklist(Optional<String> name) {
        if (zone(name.orElse(firstBlacklist)).zone() instanceof BlacklistZone blacklist) {
            return blacklist;
        }
        throw new NotFoundException(name.orElse(firstBlacklist) + " is not a blacklist");
    }

    private ScriptedZone zone(String name) {
        try {
            var origin = Name.fromString(name, Name.root);
            return zones.stream()
                    .filter(zone -> zone.origin().equals(origin))
                    .findFirst()
                    .orElseThrow(() -> new NotFoundException(
                            "there is no " + name + " here, only resolver, " + String.join(", ", names())));
        } catch (TextParseException e) {
            throw new UsageException(name + " is not a zone's name");
        }
    }

    private List<String> names() {
        return Stream.concat(receivers.keySet().stream(), zones.stream().map(zone -> text(zone.origin())))
                .toList();
    }

    Status status(Announcement addresses) {
        return new Status(
                addresses,
                resolver.manner().words(),
                zones.stream().map(World::status).toList(),
                receivers.entrySet().stream()
                        .map(entry -> status(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private static Status.ZoneStatus status(ScriptedZone zone) {
        List<Status.ListingStatus> listings = zone.zone() instanceof BlacklistZone blacklist
                ? blacklist.listed().entrySet().stream()
                        .map(entry -> Status.ListingStatus.of(entry.getKey().getHostAddress(), entry.getValue()))
                        .toList()
                : List.of();
        return new Status.ZoneStatus(text(zone.origin()), zone.manner().words(), zone.questions(), listings);
    }

    private static Status.ReceiverStatus status(String name, SmtpServer server) {
        var refused = new TreeMap<String, String>();
        server.receiver().refused().forEach((address, refusal) -> refused.put(address, refusal.text()));
        return new Status.ReceiverStatus(
                name,
                server.receiver().manner().words(),
                refused,
                server.kept(),
                server.refusals(),
                server.last().map(World::last));
    }

    private static Status.Last last(SmtpServer.Arrival arrival) {
        return new Status.Last(
                arrival.at().toString(),
                arrival.client().getHostAddress(),
                PublicAddresses.seenFrom(arrival.client()).getHostAddress(),
                arrival.greeting(),
                arrival.id());
    }

    private static String text(Name origin) {
        return origin.toString(true).toLowerCase(Locale.ROOT);
    }
}
