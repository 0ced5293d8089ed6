package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.NameFinding.Absent;
import io.mailvane.dnsbl.NameFinding.Kind;
import io.mailvane.dnsbl.NameFinding.Own;
import io.mailvane.dnsbl.NameFinding.Right;
import io.mailvane.dnsbl.NameFinding.Sender;
import io.mailvane.dnsbl.NameFinding.Unknown;
import io.mailvane.dnsbl.NameFinding.Weight;
import io.mailvane.dnsbl.NameFinding.Wrong;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** Names of source addresses, asked of a name server. */
class NameCheckIT {
    private static final String PTR = "7.113.0.203.in-addr.arpa. 60 PTR ";
    private static final Map<Kind, NameFinding> NOTHING = doubted(new Unknown(), new Unknown());

    /** What every name server on the Internet finds. */
    private static final List<String> ROOTS = List.of(
            "in-addr.arpa. 60 SOA b.in-addr-servers.arpa. nstld.iana.org. 1 1800 900 604800 3600",
            "ip6.arpa. 60 SOA b.ip6-servers.arpa. nstld.iana.org. 1 1800 900 604800 3600");

    private volatile List<String> known = List.of();
    /** Each answer takes so long. */
    private volatile Duration delay = Duration.ZERO;

    private final AtomicLong ticker = new AtomicLong();
    private ScriptedDns dns;

    @BeforeEach
    void start() throws IOException {
        dns = ScriptedDns.start((query, tcp) -> Optional.of(answer(query)));
    }

    @AfterEach
    void stop() throws IOException {
        dns.close();
    }

    /** Of an EHLO name without an SPF record. */
    private static Map<Kind, NameFinding> names(NameFinding ptr, NameFinding helo) {
        return Map.of(Own.PTR, ptr, Own.HELO, helo, Own.SPF, new Absent());
    }

    /** Where DNS does not tell, or not what can be trusted. */
    private static Map<Kind, NameFinding> doubted(NameFinding ptr, NameFinding helo) {
        return Map.of(Own.PTR, ptr, Own.HELO, helo, Own.SPF, new Unknown());
    }

    /** A name server that knows these records, and answers SERVFAIL for names below {@code broken.example}. */
    private Map<Kind, NameFinding> look(String ip, String helo, String... records) {
        return lookBy(Stream.concat(ROOTS.stream(), Stream.of(records)).toList(), ip, helo);
    }

    private Map<Kind, NameFinding> lookBy(List<String> records, String ip, String helo) {
        known = records;
        var source = new Source("a1", IpAddress.parse(ip), true, true, Optional.of(helo));
        return check().look(source);
    }

    private NameCheck check() {
        return new NameCheck(new SimpleResolver(dns.address()), Duration.ofSeconds(10), ticker::get);
    }

    private Message answer(Message query) {
        ticker.addAndGet(delay.toNanos());
        var question = query.getQuestion();
        var reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.addRecord(question, Section.QUESTION);
        known.stream()
                .map(NameCheckIT::record)
                .filter(record -> record.getName().equals(question.getName())
                        && record.getType() == question.getType()
                        && record.getDClass() == DClass.IN)
                .forEach(record -> reply.addRecord(record, Section.ANSWER));
        if (reply.getSection(Section.ANSWER).isEmpty()) {
            boolean broken = question.getName().toString().endsWith("broken.example.");
            reply.getHeader().setRcode(broken ? Rcode.SERVFAIL : Rcode.NXDOMAIN);
        }
        return reply;
    }

    private static Record record(String text) {
        try (var master = new Master(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)), Name.root)) {
            return master.nextRecord();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void namesThatAgreeAreRight() {
        assertThat(look("203.0.113.7", "Out1.example", PTR + "out1.example.", "out1.example. 60 A 203.0.113.7"))
                .isEqualTo(names(new Right(), new Right()));
    }

    @Test
    void soAreThoseOfIpv6() {
        var ptr = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 60 PTR out1.example.";
        assertThat(look("2001:db8::1", "out1.example", ptr, "out1.example. 60 AAAA 2001:db8::1"))
                .isEqualTo(names(new Right(), new Right()));
    }

    @Test
    void withoutAPtrRecordEhloIsNotJudged() {
        assertThat(look("203.0.113.7", "out1.example"))
                .isEqualTo(names(
                        new Wrong("203.0.113.7 has no PTR record: whoever gives you the address sets it"),
                        new Unknown()));
    }

    @Test
    void aNameThatDoesNotLeadBackIsWrong() {
        assertThat(look("203.0.113.7", "out1.example", PTR + "out1.example.", "out1.example. 60 A 203.0.113.8"))
                .isEqualTo(names(
                        new Wrong("the PTR record of 203.0.113.7 is out1.example, which has not that address: add it"
                                + " there"),
                        new Right()));
    }

    @Test
    void anotherEhloIsWrong() {
        assertThat(look("203.0.113.7", "mail.example", PTR + "out1.example.", "out1.example. 60 A 203.0.113.7"))
                .isEqualTo(names(
                        new Right(),
                        new Wrong(
                                "EHLO says mail.example, the PTR record of 203.0.113.7 out1.example: make them one")));
    }

    @Test
    void anErrorSaysNothing() {
        assertThat(look("203.0.113.7", "a.broken.example", PTR + "a.broken.example."))
                .isEqualTo(doubted(new Unknown(), new Right()));
    }

    @Test
    void aResolverThatFindsNothingAtAllSaysNothing() {
        assertThat(lookBy(List.of(), "203.0.113.7", "out1.example")).isEqualTo(NOTHING);
        assertThat(lookBy(List.of(PTR + "out1.example."), "203.0.113.7", "out1.example"))
                .as("nor one that hides the addresses")
                .isEqualTo(doubted(new Unknown(), new Right()));
    }

    @Test
    void norDoesOneThatFindsAnAddressForEverything() {
        var portal = Stream.concat(
                        ROOTS.stream(),
                        Stream.of(
                                PTR + "out1.example.",
                                "out1.example. 60 A 198.51.100.80",
                                "name-check.invalid. 60 A 198.51.100.80"))
                .toList();
        assertThat(lookBy(portal, "203.0.113.7", "out1.example")).isEqualTo(doubted(new Unknown(), new Right()));
    }

    @Test
    void ofManyNamesTheOneThatEhloSaysIsFoundWhereverItStands() {
        var records = new ArrayList<String>();
        for (int i = 1; i <= 12; i++) {
            records.add(PTR + "www" + i + ".example.");
        }
        records.add(PTR + "out1.example.");
        records.add("out1.example. 60 A 203.0.113.7");
        assertThat(look("203.0.113.7", "out1.example", records.toArray(String[]::new)))
                .isEqualTo(names(new Right(), new Right()));
    }

    /** What SPF of the EHLO name and of these domains gives. */
    private Map<Kind, NameFinding> spf(List<String> senders, String... records) {
        known = Stream.concat(ROOTS.stream(), Stream.of(records)).toList();
        var source = new Source(
                "a1",
                IpAddress.parse("203.0.113.7"),
                false,
                true,
                Optional.of("out1.example"),
                senders,
                Optional.empty());
        var found = new HashMap<>(check().look(source));
        found.keySet().removeAll(List.of(Own.PTR, Own.HELO));
        return found;
    }

    @Test
    void theEhloNameAndEachDomainThatSendsAreHeldAgainstTheirOwnRecord() {
        assertThat(spf(
                        List.of("shop.example", "other.example", "none.example"),
                        "out1.example. 60 TXT \"v=spf1 a -all\"",
                        "out1.example. 60 A 203.0.113.7",
                        "shop.example. 60 TXT \"v=spf1 include:nets.example\" \" ~all\"",
                        "nets.example. 60 TXT \"v=spf1 ip4:203.0.113.0/24 -all\"",
                        "other.example. 60 TXT \"v=spf1 ip4:198.51.100.1 ~all\""))
                .isEqualTo(Map.of(
                        Own.SPF,
                        new Right(),
                        new Sender("shop.example"),
                        new Right(),
                        new Sender("other.example"),
                        new Wrong(
                                "v=spf1 of other.example does not include 203.0.113.7 (softfail, by ~all):"
                                        + " add ip4:203.0.113.7",
                                Weight.FROWNED_ON),
                        new Sender("none.example"),
                        new Wrong(
                                "none.example has no SPF record: give it a TXT record such as"
                                        + " \"v=spf1 ip4:203.0.113.7 ~all\"",
                                Weight.FROWNED_ON)));
    }

    @Test
    void aRecordOfTheEhloNameThatDoesNotLetItSendIsWrong() {
        assertThat(spf(List.of(), "out1.example. 60 TXT \"v=spf1 -all\""))
                .isEqualTo(Map.of(
                        Own.SPF,
                        new Wrong("v=spf1 of out1.example does not include 203.0.113.7 (fail, by -all):"
                                + " add ip4:203.0.113.7")));
    }

    @Test
    void aRecordThatCannotBeEvaluatedSaysWhy() {
        assertThat(spf(
                        List.of("two.example"),
                        "two.example. 60 TXT \"v=spf1 -all\"",
                        "two.example. 60 TXT \"v=spf1 +all\""))
                .containsEntry(
                        new Sender("two.example"),
                        new Wrong(
                                "v=spf1 of two.example cannot be evaluated, and so lets nobody send:"
                                        + " 2 TXT records of two.example begin with v=spf1: make them one",
                                Weight.FROWNED_ON));
    }

    @Test
    void aDomainOfWhichDnsDoesNotTellIsNotJudged() {
        assertThat(spf(
                        List.of("a.broken.example", "shop.example"),
                        "shop.example. 60 TXT \"v=spf1 include:b.broken.example -all\""))
                .containsEntry(new Sender("a.broken.example"), new Unknown())
                .containsEntry(new Sender("shop.example"), new Unknown());
    }

    @Test
    void aResolverThatIsNotTrustedTakesNoRecordAway() {
        known = List.of("out1.example. 60 TXT \"v=spf1 -all\"");
        var source = new Source("a1", IpAddress.parse("203.0.113.7"), true, true, Optional.of("out1.example"));
        assertThat(check().look(source)).containsEntry(Own.SPF, new Unknown());
    }

    /** Slow servers of a domain must not hold up what is known of the address, nor of another domain. */
    @Test
    void aDomainThatTakesTooLongIsNotJudged() {
        delay = Duration.ofSeconds(4);
        var hosts = IntStream.rangeClosed(1, 8)
                .mapToObj(i -> "h" + i + ".slow.example. 60 A 198.51.100." + i)
                .toList();
        var terms = IntStream.rangeClosed(1, 8)
                .mapToObj(i -> "a:h" + i + ".slow.example ")
                .collect(Collectors.joining());
        var records = new ArrayList<>(hosts);
        records.add("slow.example. 60 TXT \"v=spf1 " + terms + "-all\"");
        records.add("named.example. 60 TXT \"v=spf1 ptr:elsewhere.example -all\"");
        records.add("shop.example. 60 TXT \"v=spf1 -all\"");
        IntStream.rangeClosed(1, 8).forEach(i -> records.add(PTR + "h" + i + ".slow.example."));
        assertThat(spf(List.of("slow.example", "named.example", "shop.example"), records.toArray(String[]::new)))
                .isEqualTo(Map.of(
                        Own.SPF,
                        new Absent(),
                        new Sender("slow.example"),
                        new Unknown(),
                        new Sender("named.example"),
                        new Unknown(),
                        new Sender("shop.example"),
                        new Wrong("v=spf1 of shop.example does not include 203.0.113.7 (fail, by -all):"
                                + " add ip4:203.0.113.7")));
        assertThat(dns.asked().stream()
                        .filter(query ->
                                query.getQuestion().getName().toString().endsWith("slow.example.")
                                        && query.getQuestion().getType() != Type.PTR))
                .as("after 20 s nothing more is asked for a domain")
                .hasSizeLessThanOrEqualTo(5 + 4 + 4);
    }

    @ParameterizedTest
    @CsvSource({
        "ec2-203-0-113-7.compute.amazonaws.com, true",
        "7.113.0.203.dyn.provider.example, true",
        "host203-0-113-7.provider.example, true",
        "x.compute-1.amazonaws.com, true",
        "out7.example, false",
        "mail113-7.example, false"
    })
    void aNameAsProvidersGiveThemIsToldApart(String name, boolean generic) {
        assertThat(NameCheck.isGeneric(name, IpAddress.parse("203.0.113.7"))).isEqualTo(generic);
    }
}
