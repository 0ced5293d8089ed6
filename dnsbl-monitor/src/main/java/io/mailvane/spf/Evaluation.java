package io.mailvane.spf;

import io.mailvane.spf.SpfResult.Kind;
import io.mailvane.spf.SpfTerm.Directive;
import io.mailvane.spf.SpfTerm.Mechanism;
import io.mailvane.spf.SpfTerm.Prefixes;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** One evaluation, with what it has used of its limits (RFC 7208 section 4.6.4). One thread. */
final class Evaluation {
    private static final int MOST_TERMS = 10;
    private static final int MOST_VOID = 2;
    private static final int MOST_NAMES = 10;
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;

    private final SpfDns dns;
    private final SpfCheck.Question question;
    private int terms;
    private int voids;
    /** Looked up once, however often a macro stands for them. */
    private Optional<List<Name>> validated = Optional.empty();

    Evaluation(SpfDns dns, SpfCheck.Question question) {
        this.dns = dns;
        this.question = question;
    }

    SpfResult run() {
        var domain = withoutDot(question.domain());
        boolean isAsked = domain.indexOf('.') > 0 && name(domain).isPresent();
        if (!isAsked) {
            return new SpfResult(Kind.NONE, "it is no domain that is looked up");
        }
        try {
            return checkHost(domain);
        } catch (SpfException e) {
            return e.result();
        }
    }

    private SpfResult checkHost(String domain) throws SpfException {
        var found = ask(domain, Type.TXT).stream()
                .filter(TXTRecord.class::isInstance)
                .map(record -> text((TXTRecord) record))
                .filter(SpfRecord::isOne)
                .toList();
        if (found.isEmpty()) {
            return new SpfResult(Kind.NONE, "it has none");
        }
        if (found.size() > 1) {
            throw SpfException.permanent(
                    found.size() + " TXT records of " + domain + " begin with v=spf1: make them one");
        }
        var record = SpfRecord.parse(found.getFirst());
        for (var directive : record.directives()) {
            if (matches(directive.mechanism(), domain)) {
                return matched(directive);
            }
        }
        return record.redirect().isPresent()
                ? redirected(record.redirect().get(), domain)
                : new SpfResult(Kind.NEUTRAL, "nothing in it matches");
    }

    private static SpfResult matched(Directive directive) {
        return new SpfResult(directive.result(), "by " + directive.text());
    }

    private SpfResult redirected(MacroString target, String domain) throws SpfException {
        countTerm();
        var to = expanded(target, domain);
        var result = checkHost(to);
        if (result.kind() == Kind.NONE) {
            throw SpfException.permanent("it redirects to " + to + ", which has no record");
        }
        return result;
    }

    private boolean matches(Mechanism mechanism, String domain) throws SpfException {
        return switch (mechanism) {
            case Mechanism.All _ -> true;
            case Mechanism.Ip(var network) -> network.contains(question.client());
            case Mechanism.Include(var target) -> isIncluded(target, domain);
            case Mechanism.A(var target, var prefixes) -> {
                countTerm();
                yield isOneOf(addresses(target(target, domain)), prefixes);
            }
            case Mechanism.Mx(var target, var prefixes) -> isMx(target(target, domain), prefixes);
            case Mechanism.Ptr(var target) -> isNamed(target, domain);
            case Mechanism.Exists(var target) -> {
                countTerm();
                yield !askCounting(expanded(target, domain), Type.A).isEmpty();
            }
        };
    }

    private boolean isIncluded(MacroString target, String domain) throws SpfException {
        countTerm();
        var of = expanded(target, domain);
        return switch (checkHost(of).kind()) {
            case PASS -> true;
            case FAIL, SOFTFAIL, NEUTRAL -> false;
            case NONE -> throw SpfException.permanent("it includes " + of + ", which has no record");
            // They are thrown.
            case TEMPERROR, PERMERROR -> throw new IllegalStateException("an error is no result here");
        };
    }

    private boolean isMx(String domain, Prefixes prefixes) throws SpfException {
        countTerm();
        var hosts = askCounting(domain, Type.MX).stream()
                .filter(MXRecord.class::isInstance)
                .map(record -> ((MXRecord) record).getTarget())
                .toList();
        if (hosts.size() > MOST_NAMES) {
            throw SpfException.permanent(domain + " has more than " + MOST_NAMES + " MX hosts");
        }
        for (var host : hosts) {
            if (!host.equals(Name.root) && isOneOf(addresses(host.toString(true)), prefixes)) {
                return true;
            }
        }
        return false;
    }

    /** What DNS does not answer is no name of the address (section 5.5). */
    private boolean isNamed(Optional<MacroString> target, String domain) throws SpfException {
        countTerm();
        var below = name(target(target, domain));
        return below.isPresent()
                && validated().stream().anyMatch(name -> name.equals(below.get()) || name.subdomain(below.get()));
    }

    /** The names of the client that lead back to it. */
    private List<Name> validated() throws SpfException {
        if (validated.isEmpty()) {
            validated = Optional.of(validate());
        }
        return validated.get();
    }

    private List<Name> validate() throws SpfException {
        var answer = dns.records(ReverseMap.fromAddress(question.client()), Type.PTR);
        if (answer.isEmpty()) {
            return List.of();
        }
        countVoid(answer.get());
        var leadBack = new ArrayList<Name>();
        var names = answer.get().stream()
                .filter(PTRRecord.class::isInstance)
                .map(record -> ((PTRRecord) record).getTarget())
                .limit(MOST_NAMES)
                .toList();
        for (var name : names) {
            var back = dns.records(name, addressType());
            if (back.isPresent() && addresses(back.get()).contains(question.client())) {
                leadBack.add(name);
            }
        }
        return leadBack;
    }

    private boolean isOneOf(List<InetAddress> addresses, Prefixes prefixes) {
        int length = isIpv4() ? prefixes.ipv4() : prefixes.ipv6();
        return addresses.stream()
                .anyMatch(address -> Network.of(address, length).contains(question.client()));
    }

    private List<InetAddress> addresses(String domain) throws SpfException {
        return addresses(askCounting(domain, addressType()));
    }

    private static List<InetAddress> addresses(List<Record> records) {
        var addresses = new ArrayList<InetAddress>();
        for (var record : records) {
            if (record instanceof ARecord a) {
                addresses.add(a.getAddress());
            } else if (record instanceof AAAARecord aaaa) {
                addresses.add(aaaa.getAddress());
            }
        }
        return addresses;
    }

    private boolean isIpv4() {
        return question.client() instanceof Inet4Address;
    }

    private int addressType() {
        return isIpv4() ? Type.A : Type.AAAA;
    }

    private void countTerm() throws SpfException {
        terms++;
        if (terms > MOST_TERMS) {
            throw SpfException.permanent("it takes more than " + MOST_TERMS
                    + " look-ups: name addresses (ip4:, ip6:) in the place of domains");
        }
    }

    private List<Record> askCounting(String domain, int type) throws SpfException {
        var found = ask(domain, type);
        countVoid(found);
        return found;
    }

    private void countVoid(List<Record> found) throws SpfException {
        voids += found.isEmpty() ? 1 : 0;
        if (voids > MOST_VOID) {
            throw SpfException.permanent(
                    "more than " + MOST_VOID + " of its look-ups find nothing: take out the domains that are no more");
        }
    }

    /** None where a name or its records do not exist, or where it cannot be one. */
    private List<Record> ask(String domain, int type) throws SpfException {
        var name = name(domain);
        if (name.isEmpty()) {
            return List.of();
        }
        return dns.records(name.get(), type)
                .orElseThrow(() -> SpfException.temporary("DNS did not answer for " + domain));
    }

    /** Of several strings one (section 3.3). */
    private static String text(TXTRecord record) {
        var octets = new ByteArrayOutputStream();
        record.getStringsAsByteArrays().forEach(octets::writeBytes);
        return octets.toString(StandardCharsets.ISO_8859_1);
    }

    private String target(Optional<MacroString> target, String domain) throws SpfException {
        return target.isPresent() ? expanded(target.get(), domain) : domain;
    }

    /** A name that is too long loses labels on the left (section 7.3). */
    private String expanded(MacroString target, String domain) throws SpfException {
        // With the dot before the longest name, and the one after it.
        var text = withoutDot(target.expandEnd(LONGEST_NAME + 2, letter -> value(letter, domain)));
        int before = text.length() - LONGEST_NAME - 1;
        return before < 0 ? text : text.substring(text.indexOf('.', before) + 1);
    }

    private String value(char letter, String domain) throws SpfException {
        return switch (letter) {
            case 's' -> question.localPart() + "@" + question.domain();
            case 'l' -> question.localPart();
            case 'o' -> question.domain();
            case 'd' -> domain;
            case 'i' -> dotted(question.client());
            case 'p' -> clientName(domain);
            case 'v' -> isIpv4() ? "in-addr" : "ip6";
            case 'h' -> question.helo();
            default -> throw new IllegalStateException("no macro is " + letter);
        };
    }

    private static String dotted(InetAddress address) {
        return address instanceof Inet4Address
                ? address.getHostAddress()
                : HexFormat.of()
                        .formatHex(address.getAddress())
                        .chars()
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining("."));
    }

    /** The domain itself, else one below it, else any (section 7.3). */
    private String clientName(String domain) throws SpfException {
        var names = validated();
        var of = name(domain);
        return names.stream()
                .filter(name -> of.filter(name::equals).isPresent())
                .findFirst()
                .or(() -> names.stream()
                        .filter(name -> of.filter(name::subdomain).isPresent())
                        .findFirst())
                .or(() -> names.stream().findFirst())
                .map(name -> name.toString(true))
                .orElse("unknown");
    }

    private static String withoutDot(String domain) {
        return domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    }

    /** Empty if DNS can have no such name. */
    private static Optional<Name> name(String domain) {
        boolean isWhole = domain.length() <= LONGEST_NAME;
        for (var label : domain.split("\\.", -1)) {
            isWhole &= !label.isEmpty() && label.length() <= LONGEST_LABEL;
        }
        try {
            return isWhole ? Optional.of(Name.fromString(domain.replace("\\", "\\\\"), Name.root)) : Optional.empty();
        } catch (TextParseException e) {
            return Optional.empty();
        }
    }
}
