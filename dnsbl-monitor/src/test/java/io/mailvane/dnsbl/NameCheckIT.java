package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.NameFinding.Kind;
import io.mailvane.dnsbl.NameFinding.Right;
import io.mailvane.dnsbl.NameFinding.Unknown;
import io.mailvane.dnsbl.NameFinding.Wrong;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** Names of source addresses, asked of a name server. */
class NameCheckIT {
    private static final String PTR = "7.113.0.203.in-addr.arpa. 60 PTR ";
    private static final Map<Kind, NameFinding> NOTHING = Map.of(Kind.PTR, new Unknown(), Kind.HELO, new Unknown());

    /** What every name server on the Internet finds. */
    private static final List<String> ROOTS = List.of(
            "in-addr.arpa. 60 SOA b.in-addr-servers.arpa. nstld.iana.org. 1 1800 900 604800 3600",
            "ip6.arpa. 60 SOA b.ip6-servers.arpa. nstld.iana.org. 1 1800 900 604800 3600");

    private volatile List<String> known = List.of();
    private ScriptedDns dns;

    @BeforeEach
    void start() throws IOException {
        dns = ScriptedDns.start((query, tcp) -> Optional.of(answer(query)));
    }

    @AfterEach
    void stop() throws IOException {
        dns.close();
    }

    /** A name server that knows these records, and answers SERVFAIL for names below {@code broken.example}. */
    private Map<Kind, NameFinding> look(String ip, String helo, String... records) {
        return lookBy(Stream.concat(ROOTS.stream(), Stream.of(records)).toList(), ip, helo);
    }

    private Map<Kind, NameFinding> lookBy(List<String> records, String ip, String helo) {
        known = records;
        var source = new Source("a1", IpAddress.parse(ip), true, true, Optional.of(helo));
        return new NameCheck(new SimpleResolver(dns.address()), Duration.ofSeconds(10)).look(source);
    }

    private Message answer(Message query) {
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
                .isEqualTo(Map.of(Kind.PTR, new Right(), Kind.HELO, new Right()));
    }

    @Test
    void soAreThoseOfIpv6() {
        var ptr = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 60 PTR out1.example.";
        assertThat(look("2001:db8::1", "out1.example", ptr, "out1.example. 60 AAAA 2001:db8::1"))
                .isEqualTo(Map.of(Kind.PTR, new Right(), Kind.HELO, new Right()));
    }

    @Test
    void withoutAPtrRecordEhloIsNotJudged() {
        assertThat(look("203.0.113.7", "out1.example"))
                .isEqualTo(Map.of(
                        Kind.PTR,
                        new Wrong("203.0.113.7 has no PTR record: whoever gives you the address sets it"),
                        Kind.HELO,
                        new Unknown()));
    }

    @Test
    void aNameThatDoesNotLeadBackIsWrong() {
        assertThat(look("203.0.113.7", "out1.example", PTR + "out1.example.", "out1.example. 60 A 203.0.113.8"))
                .isEqualTo(Map.of(
                        Kind.PTR,
                        new Wrong("the PTR record of 203.0.113.7 is out1.example, which has not that address: add it"
                                + " there"),
                        Kind.HELO,
                        new Right()));
    }

    @Test
    void anotherEhloIsWrong() {
        assertThat(look("203.0.113.7", "mail.example", PTR + "out1.example.", "out1.example. 60 A 203.0.113.7"))
                .isEqualTo(Map.of(
                        Kind.PTR,
                        new Right(),
                        Kind.HELO,
                        new Wrong(
                                "EHLO says mail.example, the PTR record of 203.0.113.7 out1.example: make them one")));
    }

    @Test
    void anErrorSaysNothing() {
        assertThat(look("203.0.113.7", "a.broken.example", PTR + "a.broken.example."))
                .isEqualTo(Map.of(Kind.PTR, new Unknown(), Kind.HELO, new Right()));
    }

    @Test
    void aResolverThatFindsNothingAtAllSaysNothing() {
        assertThat(lookBy(List.of(), "203.0.113.7", "out1.example")).isEqualTo(NOTHING);
        assertThat(lookBy(List.of(PTR + "out1.example."), "203.0.113.7", "out1.example"))
                .as("nor one that hides the addresses")
                .isEqualTo(Map.of(Kind.PTR, new Unknown(), Kind.HELO, new Right()));
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
        assertThat(lookBy(portal, "203.0.113.7", "out1.example"))
                .isEqualTo(Map.of(Kind.PTR, new Unknown(), Kind.HELO, new Right()));
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
                .isEqualTo(Map.of(Kind.PTR, new Right(), Kind.HELO, new Right()));
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
