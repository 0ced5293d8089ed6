package io.mailvane.dnsbl;

import io.mailvane.dnsbl.NameFinding.Absent;
import io.mailvane.dnsbl.NameFinding.Kind;
import io.mailvane.dnsbl.NameFinding.Own;
import io.mailvane.dnsbl.NameFinding.Right;
import io.mailvane.dnsbl.NameFinding.Sender;
import io.mailvane.dnsbl.NameFinding.Unknown;
import io.mailvane.dnsbl.NameFinding.Wrong;
import io.mailvane.spf.SpfCheck;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
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
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Looks up the names of a source address as a receiver does: PTR, the address of what it names, whether EHLO says the same, and whether SPF
 * lets it send. On the calling (virtual) thread, through the site's resolver. Any number of threads.
 *
 * <p>What is wrong counts only if the resolver also knows what is there for certain, and does not know what certainly is not: one that
 * answers NXDOMAIN for everything, or an address of its own for everything, says nothing about our names.
 */
final class NameCheck {
    /** Of which the addresses are looked up, as receivers do (RFC 7208 section 4.6.4). */
    private static final int MOST_NAMES = 10;

    /** Is not (RFC 6761 section 6.4). */
    private static final Name NOWHERE = Name.fromConstantString("name-check.invalid.");

    private static final Name IPV4_ROOT = Name.fromConstantString("in-addr.arpa.");
    private static final Name IPV6_ROOT = Name.fromConstantString("ip6.arpa.");
    private static final Pattern NUMBERS = Pattern.compile("\\D+");
    private static final List<String> PROVIDERS_OWN = List.of("compute.amazonaws.com", "compute-1.amazonaws.com");

    private final Resolver site;
    private final Duration timeout;
    private final LongSupplier ticker;

    /**
     * @param timeout of one question
     * @param ticker nanoseconds
     */
    NameCheck(Resolver site, Duration timeout, LongSupplier ticker) {
        this.site = site;
        this.timeout = timeout;
        this.ticker = ticker;
    }

    /** Each domain has its own: one that answers slowly takes no time from another. */
    private Inquiry inquiry() {
        return new Inquiry(site, timeout, ticker);
    }

    /** At the end of whatever CNAMEs lead there. */
    private static List<Record> records(Message reply, int type) {
        return reply.getSection(Section.ANSWER).stream()
                .filter(record -> record.getType() == type)
                .toList();
    }

    Map<Kind, NameFinding> look(Source source) {
        var found = new HashMap<Kind, NameFinding>();
        var inquiry = inquiry();
        var names = names(inquiry, source.address());
        found.put(Own.PTR, names.isEmpty() ? new Unknown() : ptr(inquiry, source, names.get()));
        found.put(Own.HELO, names.isEmpty() ? new Unknown() : helo(source, names.get()));
        found.put(Own.SPF, spf(look -> look.ofHelo(source)));
        source.senders().forEach(domain -> found.put(new Sender(domain), spf(look -> look.ofSender(source, domain))));
        if (found.values().stream().anyMatch(NameCheck::isDoubtful)
                && !isTrustworthy(source.address().family())) {
            found.replaceAll((kind, finding) -> doubted(finding));
        }
        return found;
    }

    /** What takes too long ends as a temporary error does (RFC 7208 section 4.6.4). */
    private NameFinding spf(Function<SpfLook, NameFinding> asked) {
        var inquiry = inquiry();
        var look =
                new SpfLook(new SpfCheck((name, type) -> inquiry.ask(name, type).map(reply -> records(reply, type))));
        var finding = asked.apply(look);
        return inquiry.isOver() ? new Unknown() : finding;
    }

    /** A name that is right was not made up by a resolver. */
    private static NameFinding doubted(NameFinding finding) {
        return isDoubtful(finding) ? new Unknown() : finding;
    }

    private static boolean isDoubtful(NameFinding finding) {
        return finding instanceof Wrong || finding instanceof Absent;
    }

    /** Whether the resolver finds the root of all PTR records, and nothing where nothing is. */
    private boolean isTrustworthy(IpAddress.Family family) {
        var root = family == IpAddress.Family.IPV4 ? IPV4_ROOT : IPV6_ROOT;
        var inquiry = inquiry();
        boolean finds = inquiry.ask(root, Type.SOA)
                .filter(reply -> reply.getSection(Section.ANSWER).stream().anyMatch(SOARecord.class::isInstance))
                .isPresent();
        return finds
                && inquiry.ask(NOWHERE, Type.A)
                        .filter(reply -> reply.getRcode() == Rcode.NXDOMAIN)
                        .isPresent();
    }

    /** Those that the PTR records give; empty if nobody answered. */
    private static Optional<List<Name>> names(Inquiry inquiry, IpAddress address) {
        return inquiry.ask(ReverseMap.fromAddress(inet(address)), Type.PTR)
                .map(reply -> reply.getSection(Section.ANSWER).stream()
                        .filter(PTRRecord.class::isInstance)
                        .map(record -> ((PTRRecord) record).getTarget())
                        .toList());
    }

    private static NameFinding ptr(Inquiry inquiry, Source source, List<Name> names) {
        var address = source.address();
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
        var first = names.stream()
                .sorted(Comparator.comparing(name -> !isHelo(source, name)))
                .limit(MOST_NAMES)
                .toList();
        for (var name : first) {
            var back = addresses(inquiry, name, address.family());
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
        return names.stream().anyMatch(name -> isHelo(source, name))
                ? new Right()
                : new Wrong("EHLO says " + helo + ", the PTR record of " + source.address() + " "
                        + text(names.getFirst()) + ": make them one");
    }

    private static boolean isHelo(Source source, Name name) {
        return source.helo().filter(text(name)::equalsIgnoreCase).isPresent();
    }

    /** Empty if nobody answered. */
    private static Optional<List<IpAddress>> addresses(Inquiry inquiry, Name name, IpAddress.Family family) {
        int type = family == IpAddress.Family.IPV4 ? Type.A : Type.AAAA;
        return inquiry.ask(name, type).map(reply -> {
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
