package io.mailvane.dnsbl;

import io.mailvane.dnsbl.NameFinding.Kind;
import io.mailvane.dnsbl.NameFinding.Right;
import io.mailvane.dnsbl.NameFinding.Unknown;
import io.mailvane.dnsbl.NameFinding.Wrong;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Looks up the names of a source address as a receiver does: PTR, the address of what it names, and whether EHLO says the same. On the
 * calling (virtual) thread, through the site's resolver. Any number of threads.
 */
final class NameCheck {
    private static final int MOST_NAMES = 4;
    private static final Pattern NUMBERS = Pattern.compile("\\D+");
    private static final List<String> PROVIDERS_OWN = List.of("compute.amazonaws.com", "compute-1.amazonaws.com");

    private final Resolver site;
    private final Duration timeout;

    NameCheck(Resolver site, Duration timeout) {
        this.site = site;
        this.timeout = timeout;
    }

    Map<Kind, NameFinding> look(Source source) {
        var names = names(source.address());
        if (names.isEmpty()) {
            return Map.of(Kind.PTR, new Unknown(), Kind.HELO, new Unknown());
        }
        var ptr = ptr(source.address(), names.get());
        return Map.of(Kind.PTR, ptr, Kind.HELO, helo(source, names.get()));
    }

    /** Those that the PTR records give; empty if nobody answered. */
    private Optional<List<Name>> names(IpAddress address) {
        return ask(ReverseMap.fromAddress(inet(address)), Type.PTR)
                .map(reply -> reply.getSection(Section.ANSWER).stream()
                        .filter(PTRRecord.class::isInstance)
                        .map(record -> ((PTRRecord) record).getTarget())
                        .limit(MOST_NAMES)
                        .toList());
    }

    private NameFinding ptr(IpAddress address, List<Name> names) {
        if (names.isEmpty()) {
            return new Wrong(address + " has no PTR record: whoever gives you the address sets it");
        }
        var generic =
                names.stream().filter(name -> isGeneric(text(name), address)).findFirst();
        if (generic.isPresent()) {
            return new Wrong("the PTR record of " + address + " is " + text(generic.get())
                    + ", as a provider names all its addresses: have it set to a name of yours");
        }
        boolean silent = false;
        for (var name : names) {
            var back = addresses(name, address.family());
            if (back.filter(found -> found.contains(address)).isPresent()) {
                return new Right();
            }
            silent |= back.isEmpty();
        }
        return silent
                ? new Unknown()
                : new Wrong("the PTR record of " + address + " is " + text(names.getFirst())
                        + ", which has not that address: add it there");
    }

    private static NameFinding helo(Source source, List<Name> names) {
        var helo = source.helo().orElseThrow();
        if (names.isEmpty()) {
            // Said of the PTR record already.
            return new Unknown();
        }
        boolean named = names.stream().map(NameCheck::text).anyMatch(helo.toLowerCase(Locale.ROOT)::equals);
        return named
                ? new Right()
                : new Wrong("EHLO says " + helo + ", the PTR record of " + source.address() + " "
                        + text(names.getFirst()) + ": make them one");
    }

    /** Empty if nobody answered. */
    private Optional<List<IpAddress>> addresses(Name name, IpAddress.Family family) {
        int type = family == IpAddress.Family.IPV4 ? Type.A : Type.AAAA;
        return ask(name, type).map(reply -> {
            var found = new ArrayList<IpAddress>();
            reply.getSection(Section.ANSWER).forEach(record -> address(record).ifPresent(found::add));
            return found;
        });
    }

    private static Optional<IpAddress> address(Record record) {
        return switch (record) {
            case ARecord a -> Optional.of(IpAddress.parse(a.getAddress().getHostAddress()));
            case AAAARecord aaaa ->
                Optional.of(IpAddress.parse(aaaa.getAddress().getHostAddress()));
            default -> Optional.empty();
        };
    }

    /** A reply that says yes or no. */
    private Optional<Message> ask(Name name, int type) {
        return switch (Wire.ask(site, Wire.question(name, type, true), timeout)) {
            case Wire.Outcome.Reply(var reply) ->
                reply.getRcode() == Rcode.NOERROR || reply.getRcode() == Rcode.NXDOMAIN
                        ? Optional.of(reply)
                        : Optional.empty();
            case Wire.Outcome.None _ -> Optional.empty();
        };
    }

    private static String text(Name name) {
        return name.toString(true).toLowerCase(Locale.ROOT);
    }

    /** Whether a name is made of the address's own numbers, or is a provider's. */
    static boolean isGeneric(String name, IpAddress address) {
        boolean ofProvider = PROVIDERS_OWN.stream().anyMatch(suffix -> name.endsWith("." + suffix));
        return ofProvider || (address.family() == IpAddress.Family.IPV4 && isOfNumbers(name, address));
    }

    private static boolean isOfNumbers(String name, IpAddress address) {
        var numbers = new ArrayList<>(Arrays.asList(NUMBERS.split(name)));
        return Arrays.stream(address.toString().split("\\.")).allMatch(numbers::remove);
    }

    private static InetAddress inet(IpAddress address) {
        try {
            return InetAddress.getByAddress(address.octets());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four or sixteen octets are an address", e);
        }
    }
}
