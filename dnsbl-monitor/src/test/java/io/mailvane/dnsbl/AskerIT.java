package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.IpAddress.Family;
import io.mailvane.mail.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** Real questions to a real server on loopback, which behaves and misbehaves as told. */
class AskerIT {
    private static final Duration TTL = Duration.ofMinutes(7);
    private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.7");
    private static final String QUESTION = "7.113.0.203.bl.example A";
    private static final AskingSettings FAST = new AskingSettings(
            Duration.ofMillis(300),
            Duration.ofMillis(400),
            Duration.ofMinutes(30),
            Duration.ofMinutes(45),
            64,
            AskingSettings.Budget.DEFAULT);

    private ScriptedDns first;
    private ScriptedDns second;

    @BeforeEach
    void start() throws IOException {
        first = ScriptedDns.start((query, tcp) -> Optional.of(ScriptedDns.negative(query, TTL)));
        second = ScriptedDns.start((query, tcp) -> Optional.of(ScriptedDns.negative(query, TTL)));
    }

    @AfterEach
    void stop() throws IOException {
        first.close();
        second.close();
    }

    @ParameterizedTest
    @CsvSource({
        "NXDOMAIN, NEGATIVE, ''",
        "NOERROR, NEGATIVE, 'the name exists, without an address'",
        "SERVFAIL, UNKNOWN, SERVFAIL",
        "FORMERR, UNKNOWN, FORMERR",
        "NOTIMP, UNKNOWN, NOTIMP",
        "REFUSED, REFUSED, the server refuses to answer",
    })
    void threeOutcomesWithoutAddressAreThree(String rcode, AnswerClass kind, String reason) {
        first.script((query, tcp) -> Optional.of(ScriptedDns.reply(query, Rcode.value(rcode))));

        var answer = ask(list(first)).answer();

        assertThat(answer.kind()).isEqualTo(kind);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(ScriptedDns.asked(first.asked().getFirst())).isEqualTo(QUESTION);
    }

    @Test
    void allAddressesAndTheLeastTtlAreRead() {
        first.script((query, tcp) -> Optional.of(ScriptedDns.reply(
                query,
                Rcode.NOERROR,
                ScriptedDns.a(query.getQuestion().getName(), TTL, "127.0.0.9"),
                ScriptedDns.a(query.getQuestion().getName(), TTL.multipliedBy(2), "127.0.0.2"))));

        var answer = ask(list(first)).answer();

        assertThat(answer.codes()).containsExactly("127.0.0.2", "127.0.0.9");
        assertThat(answer.ttl()).contains(TTL);
    }

    @ParameterizedTest
    @CsvSource({"0, POSITIVE", "4, POSITIVE", "5, UNKNOWN"})
    void aliasesAreFollowedFourTimes(int aliases, AnswerClass kind) {
        first.script((query, tcp) -> Optional.of(chain(query, aliases)));

        assertThat(ask(list(first)).answer().kind()).isEqualTo(kind);
    }

    private static Message chain(Message query, int aliases) {
        var reply = ScriptedDns.reply(query, Rcode.NOERROR);
        var owner = query.getQuestion().getName();
        for (int i = 1; i <= aliases; i++) {
            reply.addRecord(ScriptedDns.cname(owner, TTL, "c" + i + ".example."), Section.ANSWER);
            owner = ScriptedDns.name("c" + i + ".example.");
        }
        reply.addRecord(ScriptedDns.a(owner, TTL, "127.0.0.2"), Section.ANSWER);
        return reply;
    }

    @Test
    void aTruncatedReplyIsAskedForByTcp() {
        first.script((query, tcp) ->
                Optional.of(tcp ? ScriptedDns.positive(query, TTL, "127.0.0.2") : truncated(query, "127.0.0.2")));

        assertThat(ask(list(first)).answer().codes()).containsExactly("127.0.0.2");
    }

    @Test
    void aTruncatedReplyIsNotUsedIfTcpGivesNone() {
        first.script((query, tcp) -> tcp ? Optional.empty() : Optional.of(truncated(query, "127.0.0.2")));

        assertThat(ask(list(first)).answer().kind()).isEqualTo(AnswerClass.UNKNOWN);
    }

    private static Message truncated(Message query, String code) {
        var reply = ScriptedDns.positive(query, TTL, code);
        reply.getHeader().setFlag(Flags.TC);
        return reply;
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "question", "no reply"})
    void aReplyThatIsNotOursIsNone(String wrong) {
        first.script((query, tcp) -> Optional.of(forged(query, wrong)));

        var answer = ask(list(first)).answer();

        assertThat(answer.kind()).isEqualTo(AnswerClass.UNKNOWN);
    }

    private static Message forged(Message query, String wrong) {
        var reply = ScriptedDns.positive(query, TTL, "127.0.0.2");
        switch (wrong) {
            case "id" -> reply.getHeader().setID(query.getHeader().getID() ^ 1);
            case "question" -> {
                reply.removeAllRecords(Section.QUESTION);
                reply.addRecord(
                        Record.newRecord(ScriptedDns.name("8.113.0.203.bl.example."), Type.A, DClass.IN),
                        Section.QUESTION);
            }
            default -> reply.getHeader().unsetFlag(Flags.QR);
        }
        return reply;
    }

    @Test
    void aSilentServerIsFollowedByAnother() {
        first.script((query, tcp) -> Optional.empty());
        second.script((query, tcp) -> Optional.of(ScriptedDns.positive(query, TTL, "127.0.0.2")));

        var heard = asker().ask(new Ask.OfCell(
                ADDRESS, list(first, second), ResolverMode.CONFIGURED, Optional.of(text(second)), false));

        assertThat(heard.answer().kind()).isEqualTo(AnswerClass.POSITIVE);
        assertThat(heard.query().server()).isEqualTo(text(second));
        assertThat(heard.questions()).isEqualTo(2);
    }

    /** Else what one server claims could never be confirmed while the others are down. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aServerConfirmsItselfWhereNoOtherAnswers(int servers) throws IOException {
        try (var third = ScriptedDns.start((query, tcp) -> Optional.empty())) {
            first.script((query, tcp) -> Optional.of(ScriptedDns.positive(query, TTL, "127.0.0.2")));
            second.script((query, tcp) -> Optional.empty());
            var list = servers == 2 ? list(first, second) : list(first, second, third);

            var heard = asker().ask(
                            new Ask.OfCell(ADDRESS, list, ResolverMode.CONFIGURED, Optional.of(text(first)), false));

            assertThat(heard.answer().kind()).isEqualTo(AnswerClass.POSITIVE);
            assertThat(heard.query().server()).isEqualTo(text(first));
            assertThat(heard.alone()).isTrue();
            assertThat(heard.questions()).isEqualTo(servers);
        }
    }

    /** A server that does not serve the zone any more says so, and not that we may not ask the list. */
    @Test
    void aRefusalOfOneServerIsNotTheLists() {
        first.script((query, tcp) -> Optional.of(ScriptedDns.reply(query, Rcode.REFUSED)));

        var heard = asker().ask(new Ask.OfCell(
                ADDRESS, list(first, second), ResolverMode.CONFIGURED, Optional.of(text(second)), false));

        assertThat(heard.answer().kind()).isEqualTo(AnswerClass.NEGATIVE);
        assertThat(heard.query().server()).isEqualTo(text(second));
    }

    @Test
    void aRefusalSaysMoreThanTheSilenceOfAnother() {
        first.script((query, tcp) -> Optional.of(ScriptedDns.reply(query, Rcode.REFUSED)));
        second.script((query, tcp) -> Optional.empty());

        var heard = asker().ask(new Ask.OfCell(
                ADDRESS, list(first, second), ResolverMode.CONFIGURED, Optional.of(text(second)), false));

        assertThat(heard.answer().kind()).isEqualTo(AnswerClass.REFUSED);
        assertThat(heard.query().server()).isEqualTo(text(first));
    }

    /** What a server without the zone answers: it names those that have it. That is not "no such entry". */
    @Test
    void aReferralSaysNothingOfAnAddress() {
        first.script((query, tcp) -> {
            var referral = ScriptedDns.reply(query, Rcode.NOERROR);
            referral.getHeader().unsetFlag(Flags.AA);
            referral.addRecord(ScriptedDns.ns("bl.example.", "ns.bl.example."), Section.AUTHORITY);
            return Optional.of(referral);
        });

        var answer = ask(list(first)).answer();

        assertThat(answer.kind()).isEqualTo(AnswerClass.UNKNOWN);
        assertThat(answer.reason()).isEqualTo("a referral to other servers");
    }

    @Test
    void silenceIsUnknownAndHasNoServer() {
        first.script((query, tcp) -> Optional.empty());

        var heard = ask(list(first));

        assertThat(heard.answer().kind()).isEqualTo(AnswerClass.UNKNOWN);
        assertThat(heard.query().server()).isEqualTo("-");
    }

    @Test
    void theServerToAvoidIsAskedLast() {
        for (int i = 0; i < 4; i++) {
            var heard = asker().ask(new Ask.OfCell(
                    ADDRESS, list(first, second), ResolverMode.CONFIGURED, Optional.of(text(first)), false));
            assertThat(heard.query().server()).isEqualTo(text(second));
            assertThat(heard.alone()).isFalse();
        }
        assertThat(ask(list(first)).alone()).isTrue();
    }

    @Test
    void aZonesOwnServersAreFoundAndAskedWithoutRecursion() throws IOException {
        var list = new OwnList(
                        "test",
                        "sub.bl.example",
                        Optional.empty(),
                        Set.of(Family.IPV4),
                        List.of(),
                        100,
                        Map.of("127.0.0.2", "listed"),
                        Optional.of(IpAddress.parse("127.0.0.2")),
                        Optional.of(IpAddress.parse("127.0.0.1")),
                        "")
                .list();
        try (var site = ScriptedDns.start((query, tcp) -> Optional.of(delegation(query)))) {
            second.script((query, tcp) -> Optional.of(ScriptedDns.positive(query, TTL, "127.0.0.2")));
            var asker = new Asker(
                    new SimpleResolver(site.address()),
                    server -> server.getAddress().getHostAddress().equals("192.0.2.53")
                            ? new SimpleResolver(second.address())
                            : new SimpleResolver(first.address()),
                    FAST,
                    System::nanoTime);

            var heard = asker.ask(new Ask.OfCell(ADDRESS, list, ResolverMode.DIRECT, Optional.empty(), false));

            assertThat(heard.query().server()).isEqualTo("192.0.2.53:53");
            assertThat(second.asked()).singleElement().satisfies(query -> {
                assertThat(ScriptedDns.asked(query)).isEqualTo("7.113.0.203.sub.bl.example A");
                assertThat(query.getHeader().getFlag(Flags.RD)).isFalse();
            });
            assertThat(site.asked())
                    .allSatisfy(query ->
                            assertThat(query.getHeader().getFlag(Flags.RD)).isTrue());
        }
    }

    /** The list is no zone of its own: bl.example, whose SOA comes, is. */
    private static Message delegation(Message query) {
        return switch (ScriptedDns.asked(query)) {
            case "bl.example NS" ->
                ScriptedDns.reply(query, Rcode.NOERROR, ScriptedDns.ns("bl.example.", "ns.bl.example."));
            case "ns.bl.example A" ->
                ScriptedDns.reply(
                        query, Rcode.NOERROR, ScriptedDns.a(ScriptedDns.name("ns.bl.example."), TTL, "192.0.2.53"));
            default -> ScriptedDns.negative(query, TTL);
        };
    }

    /** A text is cut into strings of 255 octets, anywhere. */
    @Test
    void theListsWordsAreOneText() {
        first.script((query, tcp) -> Optional.of(
                ScriptedDns.isFor(query, Type.TXT)
                        ? ScriptedDns.text(query, "see https://list.exam", "ple/ caf\\195", "\\169 \\\"it\\\"")
                        : ScriptedDns.positive(query, TTL, "127.0.0.2")));

        var heard = asker().ask(new Ask.OfCell(
                ADDRESS, own("bl.example", Optional.empty(), first), ResolverMode.CONFIGURED, Optional.empty(), true));

        assertThat(heard.answer().text()).isEqualTo("see https://list.example/ caf\u00e9 \"it\"");
    }

    @Test
    void theListsWordsAreCutAndCleanedAndShowNoKey() {
        first.script((query, tcp) -> Optional.of(
                ScriptedDns.isFor(query, Type.TXT)
                        ? ScriptedDns.text(
                                query,
                                "see\r\n<b>" + query.getQuestion().getName() + "</b>\u0007",
                                "x".repeat(255),
                                "y".repeat(255),
                                "z".repeat(255))
                        : ScriptedDns.positive(query, TTL, "127.0.0.2")));
        var list = own("<key>.bl.example", Optional.of(new Secret("s3cretk3y")), first);

        var heard = asker().ask(new Ask.OfCell(ADDRESS, list, ResolverMode.CONFIGURED, Optional.empty(), true));

        assertThat(ScriptedDns.asked(first.asked().getFirst())).isEqualTo("7.113.0.203.s3cretk3y.bl.example A");
        assertThat(heard.answer().text())
                .startsWith("see")
                .contains("<b>7.113.0.203.***.bl.example.</b>")
                .hasSizeLessThanOrEqualTo(512)
                .doesNotContain("s3cretk3y");
        assertThat(heard.toString()).doesNotContain("s3cretk3y");
        assertThat(list.toString()).doesNotContain("s3cretk3y");
    }

    /** The deaths of section 1.7: what a naive tool takes for a listing or for clean. */
    @ParameterizedTest
    @CsvSource({
        "works, NEGATIVE, OK, none",
        "wildcard, POSITIVE, LIST_BROKEN, broken",
        "parked, LIST_BROKEN, LIST_BROKEN, broken",
        "emptied, NEGATIVE, BLIND, blind",
        "mute, UNKNOWN, UNKNOWN, unknown",
        "refused, REFUSED, REFUSED, refused",
        "error code, REFUSED, REFUSED, refused",
        "rewritten, LIST_BROKEN, LIST_BROKEN, broken",
        "spares 127.0.0.1, POSITIVE, LIST_BROKEN, broken",
    })
    void aDeadListListsNobodyAndClearsNobody(String death, AnswerClass kind, ListState state, String overlay) {
        first.script((query, tcp) -> die(query, death));
        var list = list(first);
        var now = Cells.minute(0);
        var slot = new ListSlot(list, FAST, Duration.ofHours(24), now);

        var tested = asker().test(slot.ask(IpAddress.parse("127.77.1.2")));
        var waiting = slot.tested(tested, Duration.ofMinutes(30), now);
        var heard = ask(list);
        var rules = new CellRules(JudgingSettings.DEFAULT);
        var cell = rules.answered(
                Cell.unknown(now),
                new CellRules.Evidence(heard.answer(), heard.query(), true, slot.hindrance(now), false, now));

        assertThat(waiting).isEmpty();
        assertThat(heard.answer().kind()).isEqualTo(kind);
        assertThat(slot.state(now)).isEqualTo(state);
        assertThat(rules.overlay(cell, slot.hindrance(now), now)).hasToString(overlay);
        assertThat(cell.state()).isEqualTo(death.equals("works") ? CellState.CLEAN : CellState.NONE);
    }

    private static Optional<Message> die(Message query, String death) {
        boolean testEntry = ScriptedDns.asked(query).startsWith("2.0.0.127.");
        boolean localhost = ScriptedDns.asked(query).startsWith("1.0.0.127.");
        var listed = ScriptedDns.positive(query, TTL, "127.0.0.2");
        var unlisted = ScriptedDns.negative(query, TTL);
        return switch (death) {
            case "works" -> Optional.of(testEntry ? listed : unlisted);
            case "wildcard" -> Optional.of(listed);
            case "parked" -> Optional.of(ScriptedDns.positive(query, TTL, "91.195.240.117"));
            case "emptied" -> Optional.of(unlisted);
            case "mute" -> Optional.empty();
            case "refused" -> Optional.of(ScriptedDns.reply(query, Rcode.REFUSED));
            case "error code" -> Optional.of(ScriptedDns.positive(query, TTL, "127.255.255.254"));
            case "rewritten" -> Optional.of(ScriptedDns.positive(query, TTL, "146.112.61.104"));
            case "spares 127.0.0.1" -> Optional.of(localhost ? unlisted : listed);
            default -> throw new IllegalArgumentException(death);
        };
    }

    private Ask.Heard ask(DnsblList list) {
        return asker().ask(new Ask.OfCell(ADDRESS, list, ResolverMode.CONFIGURED, Optional.empty(), false));
    }

    private Asker asker() {
        return new Asker(new SimpleResolver(first.address()), AskerIT::resolver, FAST, System::nanoTime);
    }

    private static Resolver resolver(InetSocketAddress server) {
        return new SimpleResolver(server);
    }

    private static String text(ScriptedDns server) {
        return "127.0.0.1:" + server.address().getPort();
    }

    private static DnsblList list(ScriptedDns... servers) {
        return own("bl.example", Optional.empty(), servers);
    }

    private static DnsblList own(String zone, Optional<Secret> key, ScriptedDns... servers) {
        return new OwnList(
                        "test",
                        zone,
                        key,
                        Set.of(Family.IPV4),
                        Arrays.stream(servers).map(ScriptedDns::address).toList(),
                        100,
                        Map.of("127.0.0.2", "listed", "127.0.0.9", "drop"),
                        Optional.of(IpAddress.parse("127.0.0.2")),
                        Optional.of(IpAddress.parse("127.0.0.1")),
                        "")
                .list();
    }
}
