package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Rcode;

/**
 * One answer of a list about one address.
 *
 * @param findings what it says of the address, by code; not empty if POSITIVE or NEUTRAL
 * @param codes all addresses of the answer as they came, in numerical order, at most {@link #MAX_CODES}
 * @param reason why it is what it is, where the class alone does not say it; else ""
 * @param ttl how long it may be kept; empty if nothing says it
 * @param text the list's own words (TXT), without control characters; "" if none were asked for or given
 */
record Answer(
        AnswerClass kind,
        List<Finding> findings,
        List<String> codes,
        String reason,
        Optional<Duration> ttl,
        String text) {
    static final int MAX_ALIASES = 4;
    private static final int MAX_CODES = 16;
    private static final int LOCALHOST = 127 << 24 | 1;
    private static final String WRONG_ZONE = "blocklist.address.is.wrong.";

    /** A return code with its meaning. */
    record Finding(String code, String meaning, double weight, Remedy remedy) {}

    Answer {
        findings = List.copyOf(findings);
        codes = List.copyOf(codes);
    }

    Answer withText(String words) {
        return new Answer(kind, findings, codes, reason, ttl, words);
    }

    /** The class of any reply: errors win over listings, and what a list never says wins over both. */
    static Answer of(DnsReply reply, DnsblList list) {
        return switch (reply) {
            case DnsReply.Silent silent -> without(AnswerClass.UNKNOWN, silent.why(), Optional.empty());
            case DnsReply.Answered answered -> of(answered, list);
        };
    }

    private static Answer of(DnsReply.Answered reply, DnsblList list) {
        if (reply.rcode() == Rcode.REFUSED) {
            return without(AnswerClass.REFUSED, "the server refuses to answer", reply.ttl());
        }
        if (reply.rcode() != Rcode.NOERROR && reply.rcode() != Rcode.NXDOMAIN) {
            return without(AnswerClass.UNKNOWN, Rcode.string(reply.rcode()), Optional.empty());
        }
        if (reply.aliases().stream().anyMatch(alias -> alias.startsWith(WRONG_ZONE))) {
            return new Answer(
                    AnswerClass.REFUSED, List.of(), texts(reply), "the zone's name is wrong", reply.ttl(), "");
        }
        if (reply.aliases().size() > MAX_ALIASES) {
            return without(AnswerClass.UNKNOWN, "more than " + MAX_ALIASES + " aliases", Optional.empty());
        }
        if (reply.addresses().isEmpty()) {
            return withoutAddress(reply);
        }
        return ofAddresses(reply, list);
    }

    private static Answer withoutAddress(DnsReply.Answered reply) {
        if (reply.rcode() == Rcode.NXDOMAIN) {
            return without(AnswerClass.NEGATIVE, "", reply.ttl());
        }
        if (!reply.aliases().isEmpty()) {
            return without(AnswerClass.UNKNOWN, "an alias without an address", Optional.empty());
        }
        return without(AnswerClass.NEGATIVE, "the name exists, without an address", reply.ttl());
    }

    private static Answer ofAddresses(DnsReply.Answered reply, DnsblList list) {
        var readings = reply.addresses().stream()
                .sorted(Integer::compareUnsigned)
                .map(code -> read(code, list))
                .toList();
        var severest = readings.stream()
                .max(Comparator.comparingInt(reading -> SEVERITY.indexOf(reading.kind())))
                .orElseThrow();
        var findings = readings.stream()
                .filter(reading -> reading.kind() == severest.kind())
                .flatMap(reading -> reading.finding().stream())
                .limit(MAX_CODES)
                .toList();
        return new Answer(severest.kind(), findings, texts(reply), severest.reason(), reply.ttl(), "");
    }

    private static final List<AnswerClass> SEVERITY = List.of(
            AnswerClass.NEUTRAL,
            AnswerClass.UNMAPPED,
            AnswerClass.POSITIVE,
            AnswerClass.REFUSED,
            AnswerClass.LIST_BROKEN);

    private record Reading(AnswerClass kind, String reason, Optional<Finding> finding) {}

    private static Reading read(int code, DnsblList list) {
        var text = IpAddress.quad(code);
        if (code >>> 24 != 127) {
            return new Reading(
                    AnswerClass.LIST_BROKEN, text + " is no return code: the zone or the resolver", Optional.empty());
        }
        var error = list.error(code);
        if (error.isPresent()) {
            return new Reading(AnswerClass.REFUSED, text + ": " + error.get(), Optional.empty());
        }
        var known = list.code(code);
        if (known.isPresent()) {
            return known(code, known.get());
        }
        return code == LOCALHOST
                ? new Reading(AnswerClass.LIST_BROKEN, "127.0.0.1 is not a code of this list", Optional.empty())
                : new Reading(AnswerClass.UNMAPPED, text + " has no meaning that we know", Optional.empty());
    }

    private static Reading known(int code, DnsblList.Code known) {
        var finding = new Finding(
                IpAddress.quad(code), known.pattern().nameOf(code, known.name()), known.weight(), known.remedy());
        return switch (known.effect()) {
            case LISTING -> new Reading(AnswerClass.POSITIVE, "", Optional.of(finding));
            case NEUTRAL -> new Reading(AnswerClass.NEUTRAL, "", Optional.of(finding));
        };
    }

    private static List<String> texts(DnsReply.Answered reply) {
        return reply.addresses().stream()
                .sorted(Integer::compareUnsigned)
                .limit(MAX_CODES)
                .map(IpAddress::quad)
                .toList();
    }

    private static Answer without(AnswerClass kind, String reason, Optional<Duration> ttl) {
        return new Answer(kind, List.of(), List.of(), reason, ttl, "");
    }
}
