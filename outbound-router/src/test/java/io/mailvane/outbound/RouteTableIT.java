package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import io.mailvane.outbound.Explanation.Candidate;
import io.mailvane.outbound.Explanation.Decision;
import io.mailvane.outbound.Explanation.Kind;
import io.mailvane.outbound.OutboundSettings.RelayDomain;
import io.mailvane.outbound.OutboundSettings.Smarthost;
import io.mailvane.route.Egress;
import io.mailvane.route.MailFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ways a domain's mail may take, and what is said of them. */
class RouteTableIT {
    private static final Map<String, TransportSettings> TRANSPORTS = Map.of("customer", RouterKit.smtp(2600));
    private static final List<Smarthost> SMARTHOSTS =
            List.of(new Smarthost("sh2", RouterKit.smtp(2588), 2), new Smarthost("sh1", RouterKit.smtp(2587), 1));
    private static final Candidate FALLBACK_1 = fallback("sh1", "T2");
    private static final Candidate FALLBACK_2 = fallback("sh2", "T3");
    private static final Candidate NONE_1 = noFallback("sh1", "T2");
    private static final Candidate NONE_2 = noFallback("sh2", "T3");

    private static final Instant AGAIN = RouterKit.NOW.plusSeconds(300);

    private final SmtpKit kit = new SmtpKit();
    private final ScriptedDns dns = ScriptedDns.knowing(
            "x.example 60 MX 10 in.mail.example",
            "in.mail.example 60 A 198.51.100.1",
            "guest.example 60 MX 10 aspmx.l.google.com",
            "guest.example 60 MX 20 mx.guest.example",
            "aspmx.l.google.com 60 A 198.51.100.2",
            "mx.guest.example 60 A 198.51.100.3",
            "none.example 60 MX 0 .",
            "backup.example 60 MX 10 IN.Mail.Example",
            "backup.example 60 MX 20 mx-a.example");

    @AfterEach
    void close() throws Exception {
        dns.close();
        kit.close();
    }

    private static Candidate fallback(String name, String tier) {
        return new Candidate(name, Kind.SMARTHOST, tier, true, List.of(place(tier)));
    }

    private static String place(String tier) {
        return tier.equals("T2") ? "the first smarthost" : "smarthost number 2";
    }

    private static Candidate noFallback(String name, String tier) {
        return new Candidate(name, Kind.SMARTHOST, tier, false, List.of("not a fallback of the recipient's domain"));
    }

    private static Candidate host(String route, String why) {
        return new Candidate(
                route, Kind.HOST, "T0", true, List.of(why, "the host's own choice of address, nothing is monitored"));
    }

    private static Explanation send(String provider, Candidate... candidates) {
        return new Explanation(
                provider, Decision.SEND, Optional.of(candidates[0].route()), Optional.empty(), List.of(candidates));
    }

    private RouteTable table(Map<String, RelayDomain> relayDomains, boolean direct) {
        var settings = RouterKit.settings(relayDomains, TRANSPORTS, SMARTHOSTS, direct);
        var surroundings = RouterKit.surroundings(dns.resolver());
        return new RouteTable(settings, 0, new Transports(settings, surroundings, kit.shared()), surroundings);
    }

    private Explanation explain(Map<String, RelayDomain> relayDomains, boolean direct, String recipient) {
        var settings = RouterKit.settings(relayDomains, TRANSPORTS, SMARTHOSTS, direct);
        var egress = new Egress(settings.setup(), () -> RouterKit.NOW, new Random(1), event -> {}, opening -> {});
        return switch (table(relayDomains, direct)
                .route(Mailbox.parse(recipient).domain())) {
            case Routing.Decided decided -> Explanation.of(decided, RouterKit.NOW, AGAIN);
            case Routing.Only only -> Explanation.of(only);
            case Routing.Choice choice ->
                Explanation.of(
                        choice,
                        AGAIN,
                        egress.explain(MailFacts.of(1, choice.provider(), ReversePath.nullPath())
                                .allowing(choice.allowed())));
        };
    }

    private static Map<String, RelayDomain> relay(String transport, String fallback) {
        return Map.of(
                "x.example",
                new RelayDomain(
                        Optional.of(transport).filter(name -> !name.isEmpty()),
                        Optional.of(fallback).filter(name -> !name.isEmpty())));
    }

    @Test
    void foreignMailGoesToItsMxAndFallsBackToTheSmarthostsInTheirOrder() {
        assertThat(explain(Map.of(), true, "a@x.example"))
                .isEqualTo(send("mail.example", host("direct", "by MX"), FALLBACK_1, FALLBACK_2));
    }

    /** Its second host could have Google seem to refuse our addresses. */
    @Test
    void aDomainThatPutsItsHostBesideAProvidersSpeaksForItselfAlone() {
        assertThat(explain(Map.of(), true, "a@guest.example").provider()).isEqualTo("guest.example");
    }

    /** A smarthost would look up the same MX, and bring the mail back to us. */
    @Test
    void foreignMailThatNamesUsAmongItsMxWaitsForTheBetterHostsAndGoesToNoSmarthost() {
        assertThat(explain(Map.of(), true, "a@backup.example"))
                .isEqualTo(send("mail.example", host("direct", "by MX"), NONE_1, NONE_2));
    }

    @Test
    void foreignMailGoesToTheSmarthostsWhereDirectDeliveryIsOff() {
        assertThat(explain(Map.of(), false, "a@x.example"))
                .isEqualTo(new Explanation(
                        "x.example",
                        Decision.SEND,
                        Optional.of("sh1"),
                        Optional.empty(),
                        List.of(
                                new Candidate("direct", Kind.HOST, "T0", false, List.of("direct delivery is off")),
                                FALLBACK_1,
                                FALLBACK_2)));
        assertThat(dns.asked()).isEmpty();
    }

    @Test
    void mailForARelayDomainGoesToItsTransportAndToNoSmarthost() {
        assertThat(explain(relay("customer", ""), true, "a@X.example"))
                .isEqualTo(send("customer", host("customer", "transport of the relay domain"), NONE_1, NONE_2));
        assertThat(explain(relay("customer", ""), false, "a@x.example"))
                .isEqualTo(send("customer", host("customer", "transport of the relay domain"), NONE_1, NONE_2));
    }

    @Test
    void mailForARelayDomainWithoutTransportGoesToItsMxAndToNoSmarthost() {
        assertThat(explain(relay("", ""), true, "a@x.example"))
                .isEqualTo(send("mail.example", host("direct", "by MX"), NONE_1, NONE_2));
    }

    @Test
    void mailForARelayDomainFallsBackOnlyWhereItsOperatorSaidSo() {
        assertThat(explain(relay("customer", "sh2"), true, "a@x.example"))
                .isEqualTo(send("customer", host("customer", "transport of the relay domain"), NONE_1, FALLBACK_2));
    }

    @Test
    void whatNoHostTakesIsHeldAndSaysWhy() {
        assertThat(explain(Map.of(), true, "a@none.example"))
                .isEqualTo(new Explanation(
                        "none.example",
                        Decision.HOLD,
                        Optional.empty(),
                        Optional.of(RouterKit.NOW),
                        List.of(new Candidate(
                                "direct",
                                Kind.HOST,
                                "T0",
                                false,
                                List.of(
                                        "fails: by MX",
                                        "550 5.1.10 the domain none.example takes no mail (null MX)")))));
    }

    /** A smarthost is not asked either. */
    @ParameterizedTest
    @ValueSource(
            strings = {"[224.0.0.1]", "[239.255.255.250]", "[255.255.255.255]", "[IPv6:ff02::1]", "[IPv6:ff0e::1]"})
    void mailToAnAddressThatNoHostCanHaveFails(String literal) {
        var routing = table(Map.of(), true).route(Mailbox.parse("a@" + literal).domain());
        assertThat(((Routing.Decided) routing).outcome())
                .isEqualTo(new DeliveryOutcome.Failed(
                        DeliveryOutcome.Scope.DESTINATION,
                        SmtpReply.of(550, "5.1.2", "no host can have the address " + literal)));
    }

    @Test
    void anAddressLiteralIsItsOwnHost() {
        assertThat(explain(Map.of(), true, "a@[198.51.100.7]"))
                .isEqualTo(send(
                        "[198.51.100.7]", host("direct", "the recipient's address literal"), FALLBACK_1, FALLBACK_2));
        assertThat(explain(Map.of(), true, "a@[0.0.0.0]").decision()).isEqualTo(Decision.HOLD);
    }

    /** A smarthost would find somebody else there, or nobody. */
    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "192.168.0.9", "100.64.0.1", "169.254.1.1", "IPv6:fd00::1"})
    void anAddressLiteralOfAPrivateNetworkIsAskedFromHereAlone(String address) {
        assertThat(explain(Map.of(), true, "a@[" + address + "]").candidates()).endsWith(NONE_1, NONE_2);
    }

    /** No way of it has an end that is known: the retry schedule has. */
    @Test
    void whatWaitsSaysUntilWhen() {
        var choice = (Routing.Choice)
                table(Map.of(), true).route(Mailbox.parse("a@x.example").domain());
        var hold = new io.mailvane.route.Decision.Hold(
                io.mailvane.route.Decision.HoldReason.NO_ROUTE, Optional.empty(), List.of());

        assertThat(Explanation.of(choice, AGAIN, hold))
                .isEqualTo(new Explanation(
                        "mail.example", Decision.HOLD, Optional.empty(), Optional.of(AGAIN), List.of()));
    }

    @Test
    void asksDnsOnceWhileItsAnswerHolds() {
        var table = table(Map.of(), true);
        var domain = Mailbox.parse("a@x.example").domain();

        table.route(domain);
        table.route(domain);

        assertThat(table.routeAtOnce(domain)).isPresent();
        assertThat(dns.asked()).filteredOn("x.example MX"::equals).hasSize(1);
    }
}
