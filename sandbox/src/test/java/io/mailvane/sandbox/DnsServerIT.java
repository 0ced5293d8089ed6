package io.mailvane.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.sandbox.NameService.Carrier;
import io.mailvane.sandbox.NameService.Role;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsServerIT {
    private static final InetAddress LISTED = InetAddress.ofLiteral("203.0.113.11");

    private final List<String> journal = new CopyOnWriteArrayList<>();
    private final BlacklistZone blacklist = new BlacklistZone(Name.fromConstantString("bl.test."));
    private final ScriptedZone scripted = new ScriptedZone(blacklist);
    private NameService service;
    private DnsServer server;
    private DnsQuestions questions;

    DnsServerIT() throws IOException {
        var zones = new ArrayList<>(List.of(scripted));
        WorldZone.samples().forEach(zone -> zones.add(new ScriptedZone(zone)));
        service = new NameService(Role.RESOLVER, zones);
        server = DnsServer.start(service, 0, journal::add);
        questions = new DnsQuestions(server.address());
    }

    @BeforeEach
    void listAnAddress() {
        blacklist.list(LISTED, new Listing(List.of(BlacklistZone.LISTED, code("127.0.0.4")), "spam \"seen\""));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        assertThat(journal).isEmpty();
    }

    private static Inet4Address code(String text) {
        return (Inet4Address) InetAddress.ofLiteral(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "normal                     | 11.113.0.203.bl.test | A    | NOERROR A 127.0.0.2 A 127.0.0.4",
                "normal                     | 11.113.0.203.BL.test | A    | NOERROR A 127.0.0.2 A 127.0.0.4",
                "normal                     | 11.113.0.203.bl.test | TXT  | NOERROR TXT \"spam \\\"seen\\\"\"",
                "normal                     | 11.113.0.203.bl.test | AAAA | NOERROR soa bl.test.",
                "normal                     | 12.113.0.203.bl.test | A    | NXDOMAIN soa bl.test.",
                "normal                     | 113.0.203.bl.test    | A    | NOERROR soa bl.test.",
                "normal                     | 2.0.0.127.bl.test    | A    | NOERROR A 127.0.0.2",
                "normal                     | 1.0.0.127.bl.test    | A    | NXDOMAIN soa bl.test.",
                "normal                     | 2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bl.test | A | NOERROR A 127.0.0.2",
                "normal                     | 1.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bl.test | A | NXDOMAIN soa bl.test.",
                "normal                     | bl.test              | NS   | NOERROR NS ns.bl.test.",
                "normal                     | bl.test              | A    | NOERROR soa bl.test.",
                "normal                     | ns.bl.test           | A    | NOERROR A 127.0.0.1",
                "wildcard                   | 1.0.0.127.bl.test    | A    | NOERROR A 127.0.0.2",
                "wildcard 127.0.0.9         | 1.0.0.127.bl.test    | A    | NOERROR A 127.0.0.9",
                "wildcard                   | 1.0.0.127.bl.test    | TXT  | NOERROR TXT \"This list has closed and lists everything\"",
                "wildcard                   | bl.test              | NS   | NOERROR NS ns.bl.test.",
                "mute                       | 11.113.0.203.bl.test | A    | silence",
                "refuse                     | 11.113.0.203.bl.test | A    | REFUSED",
                "servfail                   | 11.113.0.203.bl.test | A    | SERVFAIL",
                "formerr                    | 11.113.0.203.bl.test | A    | FORMERR",
                "notimp                     | 11.113.0.203.bl.test | A    | NOTIMP",
                "parked                     | 12.113.0.203.bl.test | A    | NOERROR A 198.51.100.80",
                "parked 91.195.240.117      | bl.test              | A    | NOERROR A 91.195.240.117",
                "parked                     | 12.113.0.203.bl.test | TXT  | NOERROR soa bl.test.",
                "slow 1                     | 11.113.0.203.bl.test | A    | NOERROR A 127.0.0.2 A 127.0.0.4",
                "empty                      | 11.113.0.203.bl.test | A    | NXDOMAIN soa bl.test.",
                "empty                      | 2.0.0.127.bl.test    | A    | NXDOMAIN soa bl.test.",
                "empty                      | bl.test              | NS   | NOERROR NS ns.bl.test.",
                "nodata                     | 11.113.0.203.bl.test | A    | NOERROR soa bl.test.",
                "gone                       | 2.0.0.127.bl.test    | A    | NXDOMAIN soa test.",
                "gone                       | bl.test              | SOA  | NXDOMAIN soa test.",
                "error-code 127.255.255.254 | 1.0.0.127.bl.test    | A    | NOERROR A 127.255.255.254",
                "error-code 127.255.255.254 | 1.0.0.127.bl.test    | TXT  | NOERROR TXT \"Error: you may not ask this list\"",
                "wrong-id                   | 2.0.0.127.bl.test    | A    | NOERROR id edcb A 127.0.0.2",
            })
    void answersInTheMannerItWasTold(String manner, String name, String type, String answer) throws IOException {
        scripted.answer(ZoneManner.parse(List.of(manner.split(" "))));
        var byUdp = manner.startsWith("slow") ? questions.await(name, type) : questions.ask(Carrier.UDP, name, type);
        assertThat(byUdp).isEqualTo(answer);
        assertThat(questions.ask(Carrier.TCP, name, type)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({
        "truncated, UDP, NOERROR tc",
        "truncated, TCP, NOERROR A 127.0.0.2",
        "truncated-deaf, UDP, NOERROR tc",
        "truncated-deaf, TCP, hang-up",
    })
    void cutsItsAnswersByUdpAlone(String manner, Carrier carrier, String answer) throws IOException {
        scripted.answer(ZoneManner.parse(List.of(manner)));
        assertThat(questions.ask(carrier, "2.0.0.127.bl.test", "A")).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "elsewhere.example            | MX  | NOERROR MX 10 mx.elsewhere.example.",
                "mx.elsewhere.example         | A   | NOERROR A 127.0.0.1",
                "mx.elsewhere.example         | AAAA| NOERROR soa elsewhere.example.",
                "example.org                  | MX  | NOERROR MX 10 mx.elsewhere.example.",
                "nomail.example               | MX  | NOERROR MX 0 .",
                "unknown.example              | MX  | NXDOMAIN soa example.",
                "out1.example                 | A   | NOERROR A 203.0.113.11",
                "11.113.0.203.in-addr.arpa    | PTR | NOERROR PTR out1.example.",
                "21.113.0.203.in-addr.arpa    | PTR | NOERROR PTR out3.example.",
                "13.113.0.203.in-addr.arpa    | PTR | NXDOMAIN soa 113.0.203.in-addr.arpa.",
                "1.0.0.127.in-addr.arpa       | PTR | NOERROR PTR localhost.",
                "0.0.127.in-addr.arpa         | PTR | NOERROR soa 127.in-addr.arpa.",
                "sandbox.test                 | A   | NOERROR soa test.",
                "mailvane.io                  | MX  | REFUSED",
                ".                            | NS  | REFUSED",
            })
    void knowsTheSampleWorldAndRefusesTheOther(String name, String type, String answer) throws IOException {
        assertThat(questions.ask(Carrier.UDP, name, type)).isEqualTo(answer);
        assertThat(questions.ask(Carrier.TCP, name, type)).isEqualTo(answer);
    }

    @Test
    void theResolversMannerComesBeforeTheZones() throws IOException {
        scripted.answer(new ZoneManner.Empty());
        service.answer(ZoneManner.parse(List.of("servfail")));
        assertThat(questions.await("2.0.0.127.bl.test", "A")).isEqualTo("SERVFAIL");
        assertThat(questions.await("elsewhere.example", "MX")).isEqualTo("SERVFAIL");
        service.answer(new ZoneManner.Normal());
        assertThat(questions.await("2.0.0.127.bl.test", "A")).isEqualTo("NXDOMAIN soa bl.test.");
    }

    @Test
    void listingAndDelistingShowAtTheNextQuestion() throws IOException {
        var address = InetAddress.ofLiteral("2001:db8::25");
        var name = QueryName.of(address.getAddress(), blacklist.origin()).toString();
        assertThat(questions.await(name, "A")).isEqualTo("NXDOMAIN soa bl.test.");
        blacklist.list(address, new Listing(List.of(code("127.0.0.3")), "seen"));
        assertThat(questions.await(name, "A")).isEqualTo("NOERROR A 127.0.0.3");
        blacklist.delist(address);
        assertThat(questions.await(name, "A")).isEqualTo("NXDOMAIN soa bl.test.");
    }

    @Test
    void aLateAnswerHoldsUpNoOtherQuestion() throws IOException {
        scripted.answer(ZoneManner.parse(List.of("slow", "60000")));
        assertThat(questions.ask(Carrier.UDP, "2.0.0.127.bl.test", "A")).isEqualTo("silence");
    }

    @Test
    void aLongReasonIsCutByUdpAndWholeByTcp() throws IOException {
        var reason = "x".repeat(1500);
        blacklist.list(LISTED, new Listing(List.of(BlacklistZone.LISTED), reason));
        assertThat(questions.ask(Carrier.UDP, "11.113.0.203.bl.test", "TXT")).isEqualTo("NOERROR tc");
        assertThat(questions.ask(Carrier.TCP, "11.113.0.203.bl.test", "TXT").replaceAll("[\" ]", ""))
                .isEqualTo("NOERRORTXT" + reason);
    }

    @Test
    void aClientWithEdnsGetsALongerAnswerByUdp() throws IOException {
        blacklist.list(LISTED, new Listing(List.of(BlacklistZone.LISTED), "x".repeat(800)));
        var query = new Message(DnsQuestions.query(0x1234, "11.113.0.203.bl.test", "TXT"));
        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        assertThat(questions.askByUdp(query.toWire())).startsWith("NOERROR TXT");
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    void whatIsNoQuestionIsToldSoOrNotAnsweredAtAll(Carrier carrier) throws IOException {
        var answer = new Message(DnsQuestions.query(0x1234, "bl.test", "A"));
        answer.getHeader().setFlag(Flags.QR);
        var update = new Message(DnsQuestions.query(0x1234, "bl.test", "A"));
        update.getHeader().setOpcode(Opcode.UPDATE);
        var chaos = new Message(0x1234);
        chaos.addRecord(
                Record.newRecord(Name.fromConstantString("bl.test."), Type.TXT, DClass.CHAOS), Section.QUESTION);
        var nothing = new Message(0x1234);
        var broken = DnsQuestions.query(0x1234, "bl.test", "A");
        broken[5] = 9;
        assertThat(List.of(
                        ask(carrier, answer.toWire()),
                        ask(carrier, update.toWire()),
                        ask(carrier, chaos.toWire()),
                        ask(carrier, nothing.toWire()),
                        ask(carrier, broken),
                        ask(carrier, new byte[] {1, 2, 3})))
                .containsExactly("silence", "NOTIMP", "REFUSED", "FORMERR", "FORMERR", "silence");
    }

    private String ask(Carrier carrier, byte[] query) throws IOException {
        return carrier == Carrier.UDP ? questions.askByUdp(query) : questions.askByTcp(query);
    }

    @Test
    void countsTheQuestionsOfEachZone() throws IOException {
        questions.await("2.0.0.127.bl.test", "A");
        questions.await("elsewhere.example", "MX");
        questions.await("1.0.0.127.bl.test", "A");
        assertThat(scripted.questions()).isEqualTo(2);
    }

    @Test
    void anAuthorityRefusesAZoneThatIsGone() throws IOException {
        var authority = new NameService(Role.AUTHORITY, List.of(scripted));
        try (var other = DnsServer.start(authority, 0, journal::add)) {
            var asked = new DnsQuestions(other.address());
            assertThat(asked.await("2.0.0.127.bl.test", "A")).isEqualTo("NOERROR A 127.0.0.2");
            scripted.answer(new ZoneManner.Gone());
            assertThat(asked.await("2.0.0.127.bl.test", "A")).isEqualTo("REFUSED");
            assertThat(asked.await("elsewhere.example", "MX")).isEqualTo("REFUSED");
        }
    }
}
