package io.mailvane.sandbox;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** A DNSBL (RFC 5782) whose listings change while it is served. Safe for threads. */
final class BlacklistZone implements ServedZone {
    static final Inet4Address LISTED = (Inet4Address) InetAddress.ofLiteral("127.0.0.2");

    /** So short that a change is seen within seconds. */
    private static final int TTL_SECONDS = 2;

    private static final Listing TEST_POINT = new Listing(List.of(LISTED), "The test point of this list");
    /** {@code ::ffff:7f00:2}, which no {@link InetAddress} can hold. */
    private static final byte[] TEST_POINT_IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 2};

    private final Name origin;
    private final Name nameServer;
    private final SOARecord soa;
    private final Map<Name, Listing> listings = new ConcurrentHashMap<>();
    /** The listed addresses in the order of their listing, for people. */
    private final Map<InetAddress, Listing> addresses = new LinkedHashMap<>();

    BlacklistZone(Name origin) throws TextParseException {
        this.origin = origin;
        nameServer = Name.fromString("ns", origin);
        soa = new SOARecord(
                origin,
                DClass.IN,
                TTL_SECONDS,
                nameServer,
                Name.fromString("hostmaster", origin),
                1,
                60,
                30,
                600,
                TTL_SECONDS);
        list(LISTED, TEST_POINT);
        listings.put(QueryName.of(TEST_POINT_IPV6, origin), TEST_POINT);
    }

    /** Lists an address, or changes its listing. */
    void list(InetAddress address, Listing listing) {
        synchronized (addresses) {
            listings.put(QueryName.of(address.getAddress(), origin), listing);
            addresses.put(address, listing);
        }
    }

    /** Returns what the listing was, if there was one. */
    Optional<Listing> delist(InetAddress address) {
        synchronized (addresses) {
            listings.remove(QueryName.of(address.getAddress(), origin));
            return Optional.ofNullable(addresses.remove(address));
        }
    }

    Map<InetAddress, Listing> listed() {
        synchronized (addresses) {
            return new LinkedHashMap<>(addresses);
        }
    }

    @Override
    public Name origin() {
        return origin;
    }

    @Override
    public SOARecord soa() {
        return soa;
    }

    @Override
    public Finding find(Name name, int type) {
        var records = recordsOf(name);
        if (records.isEmpty()) {
            return isAboveSomething(name) ? new Finding.NoData() : new Finding.NoName();
        }
        var wanted = records.stream()
                .filter(record -> type == Type.ANY || record.getType() == type)
                .toList();
        return wanted.isEmpty() ? new Finding.NoData() : new Finding.Found(wanted);
    }

    private List<Record> recordsOf(Name name) {
        if (name.equals(origin)) {
            return List.of(soa, new NSRecord(origin, DClass.IN, TTL_SECONDS, nameServer));
        }
        if (name.equals(nameServer)) {
            return List.of(new ARecord(name, DClass.IN, TTL_SECONDS, InetAddress.getLoopbackAddress()));
        }
        var listing = listings.get(name);
        return listing == null ? List.of() : records(name, listing);
    }

    /** RFC 8020: a name exists if something is below it. */
    private boolean isAboveSomething(Name name) {
        return listings.keySet().stream().anyMatch(listed -> listed.subdomain(name));
    }

    /** The A and TXT records that say a listing. */
    static List<Record> records(Name name, Listing listing) {
        var records = new ArrayList<Record>();
        for (var code : listing.codes()) {
            records.add(new ARecord(name, DClass.IN, TTL_SECONDS, code));
        }
        records.add(text(name, listing.reason()));
        return records;
    }

    /** One TXT record; its strings hold 255 octets each. */
    private static Record text(Name name, String reason) {
        var octets = reason.getBytes(StandardCharsets.UTF_8);
        var strings = new ArrayList<byte[]>();
        for (int from = 0; from < Math.max(1, octets.length); from += 255) {
            strings.add(Arrays.copyOfRange(octets, from, Math.min(octets.length, from + 255)));
        }
        return new TXTRecord(name, DClass.IN, TTL_SECONDS, escaped(strings));
    }

    /** The library takes text in the escaped form of a master file alone. */
    private static List<String> escaped(List<byte[]> strings) {
        return strings.stream().map(BlacklistZone::escaped).toList();
    }

    private static String escaped(byte[] octets) {
        var text = new StringBuilder();
        for (byte octet : octets) {
            text.append("\\%03d".formatted(octet & 0xff));
        }
        return text.toString();
    }
}
