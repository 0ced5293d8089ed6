package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.SmtpReply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 5321 section 5.1 and RFC 7505, against a name server on a real socket. */
class MxLookupIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final OwnHosts OWN = new OwnHosts(
            Set.of("mx-a.example"),
            Set.of("mx-b.example"),
            Set.of(new InetSocketAddress(address("192.0.2.1"), 25)),
            Set.of(address("203.0.113.1")));

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    private static MxAnswer find(ScriptedDns dns) {
        return find(dns, MxLookup.Domain.FOREIGN);
    }

    private static MxAnswer find(ScriptedDns dns, MxLookup.Domain whose) {
        return new MxLookup(new Dns(dns.resolver()), OWN, 25, () -> 0).find("x.example", whose);
    }

    private static MxHost host(String name, int preference, String... addresses) {
        return new MxHost(
                name, preference, Stream.of(addresses).map(MxLookupIT::address).toList());
    }

    private static MxAnswer hosts(Duration ttl, MxHost... hosts) {
        return new MxAnswer.Hosts(List.of(hosts), false, ttl);
    }

    private static MxAnswer failed(String status, String reason, Duration ttl) {
        return new MxAnswer.Decided(
                new DeliveryOutcome.Failed(Scope.DESTINATION, SmtpReply.of(550, status, reason)), "by MX", ttl);
    }

    private static MxAnswer deferred(String status, String reason, Duration ttl) {
        return new MxAnswer.Decided(
                new DeliveryOutcome.Deferred(Scope.DESTINATION, SmtpReply.of(451, status, reason)), "by MX", ttl);
    }

    @Test
    void ordersHostsByPreferenceAndKeepsTheShortestTtl() throws Exception {
        try (var dns = ScriptedDns.knowing(
                "x.example 300 MX 20 b.example",
                "x.example 300 MX 10 a.example",
                "a.example 90 A 198.51.100.1",
                "a.example 600 AAAA 2001:db8::1",
                "b.example 600 A 198.51.100.2")) {
            assertThat(find(dns))
                    .isEqualTo(hosts(
                            Duration.ofSeconds(90),
                            host("a.example", 10, "198.51.100.1", "2001:db8::1"),
                            host("b.example", 20, "198.51.100.2")));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, PT5S", "1, PT5S", "600, PT10M", "86400, PT30M"})
    void anAnswerHoldsAsLongAsItsTtlWithinLimits(long ttl, Duration held) throws Exception {
        try (var dns = ScriptedDns.knowing("x.example " + ttl + " MX 10 a.example", "a.example 86400 A 198.51.100.1")) {
            assertThat(find(dns)).isEqualTo(hosts(held, host("a.example", 10, "198.51.100.1")));
        }
    }

    @ParameterizedTest
    @CsvSource({"A, 198.51.100.9", "AAAA, 2001:db8::9"})
    void aDomainWithoutMxTakesItsMailItself(String type, String address) throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 " + type + " " + address)) {
            assertThat(find(dns)).isEqualTo(hosts(MINUTE, host("x.example", 0, address)));
        }
    }

    @Test
    void nullMxTakesNoMail() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 MX 0 .", "x.example 60 A 198.51.100.9")) {
            assertThat(find(dns)).isEqualTo(failed("5.1.10", "the domain x.example takes no mail (null MX)", MINUTE));
        }
    }

    @Test
    void aRootAmongOtherHostsIsNoHost() throws Exception {
        try (var dns = ScriptedDns.knowing(
                "x.example 60 MX 0 .", "x.example 60 MX 10 a.example", "a.example 60 A 198.51.100.1")) {
            assertThat(find(dns)).isEqualTo(hosts(MINUTE, host("a.example", 10, "198.51.100.1")));
        }
    }

    @Test
    void aDomainThatDoesNotExistFails() throws Exception {
        try (var dns = ScriptedDns.knowing()) {
            assertThat(find(dns)).isEqualTo(failed("5.1.2", "the domain x.example does not exist", MINUTE));
        }
    }

    @Test
    void aDomainWithNeitherMxNorAddressFails() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 TXT nothing-here")) {
            assertThat(find(dns)).isEqualTo(failed("5.1.2", "the domain x.example has neither MX nor address", MINUTE));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ScriptedDns.Trouble.class,
            names = {"SERVFAIL", "REFUSED", "SILENCE"})
    void noAnswerIsNoAnswer(ScriptedDns.Trouble trouble) throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 A 198.51.100.9").with("x.example", "MX", trouble)) {
            assertThat(find(dns))
                    .isInstanceOfSatisfying(
                            MxAnswer.Decided.class,
                            decided -> assertThat(decided.outcome().toString())
                                    .startsWith(
                                            "Deferred[scope=DESTINATION, reply=451 4.4.3 DNS gave no answer for the MX of"
                                                    + " x.example: "));
        }
    }

    @Test
    void noAnswerForTheAddressOfADomainWithoutMxIsNoAnswer() throws Exception {
        try (var dns =
                ScriptedDns.knowing("x.example 60 TXT here").with("x.example", "A", ScriptedDns.Trouble.SERVFAIL)) {
            assertThat(find(dns).toString()).contains("Deferred", "451 4.4.3 DNS gave no answer for x.example: ");
        }
    }

    @Test
    void hostsWithoutAnyAddressFail() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 MX 10 gone.example", "x.example 60 MX 20 198.51.100.7")) {
            assertThat(find(dns)).isEqualTo(failed("5.4.4", "no MX host of x.example has an address", MINUTE));
        }
    }

    @Test
    void hostsWhoseAddressesAreUnknownJustNowAreWaitedFor() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 MX 10 a.example")
                .with("a.example", "A", ScriptedDns.Trouble.SERVFAIL)
                .with("a.example", "AAAA", ScriptedDns.Trouble.SERVFAIL)) {
            assertThat(find(dns).toString()).contains("Deferred", "451 4.4.3 DNS gave no answer for a.example: ");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ScriptedDns.Trouble.class,
            names = {"SERVFAIL", "REFUSED", "SILENCE"})
    void whenSomeHostsAreUnknownTheOthersServeForAShortWhile(ScriptedDns.Trouble trouble) throws Exception {
        try (var dns = ScriptedDns.knowing(
                        "x.example 600 MX 10 a.example",
                        "x.example 600 MX 20 b.example",
                        "b.example 600 A 198.51.100.2")
                .with("a.example", "A", trouble)
                .with("a.example", "AAAA", trouble)) {
            assertThat(find(dns)).isEqualTo(hosts(Duration.ofSeconds(30), host("b.example", 20, "198.51.100.2")));
        }
    }

    @ParameterizedTest
    @CsvSource({"mx-a.example", "MX-A.Example", "alias.example", "mx-b.example"})
    void ourselvesAPeerAndAllThatAreNotBetterAreCut(String us) throws Exception {
        try (var dns = ScriptedDns.knowing(
                "x.example 60 MX 10 a.example",
                "x.example 60 MX 20 " + us,
                "x.example 60 MX 20 equal.example",
                "x.example 60 MX 30 worse.example",
                "a.example 60 A 198.51.100.1",
                "equal.example 60 A 198.51.100.2",
                "worse.example 60 A 198.51.100.3",
                // Known by its address where it is not known by its name.
                "alias.example 60 A 203.0.113.1")) {
            assertThat(find(dns))
                    .isEqualTo(new MxAnswer.Hosts(List.of(host("a.example", 10, "198.51.100.1")), true, MINUTE));
        }
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1", "203.0.113.1", "127.0.0.1", "::1", "0.0.0.0", "::"})
    void aForeignDomainWhoseBestHostIsOursWouldLoop(String ours) throws Exception {
        var type = ours.contains(":") ? "AAAA" : "A";
        try (var dns = ScriptedDns.knowing(
                "x.example 60 MX 10 us.example",
                "x.example 60 MX 20 b.example",
                "us.example 60 " + type + " " + ours,
                "b.example 60 A 198.51.100.2")) {
            assertThat(find(dns))
                    .isEqualTo(failed("5.4.6", "mail for x.example would loop: its best MX is this host", MINUTE));
        }
    }

    @Test
    void aDomainWithoutMxThatIsOurselvesWouldLoop() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 A 192.0.2.1")) {
            assertThat(find(dns))
                    .isEqualTo(failed("5.4.6", "mail for x.example would loop: its best MX is this host", MINUTE));
        }
    }

    @Test
    void aRelayDomainWhoseBestHostIsOursWaitsForItsOperator() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 MX 10 mx-a.example")) {
            assertThat(find(dns, MxLookup.Domain.OURS))
                    .isEqualTo(deferred(
                            "4.3.5",
                            "the relay domain x.example has no transport, and no MX host better than ourselves",
                            MINUTE));
        }
    }

    @Test
    void betterHostsThatHaveNoAddressAreWaitedFor() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 MX 10 gone.example", "x.example 60 MX 20 mx-a.example")) {
            assertThat(find(dns))
                    .isEqualTo(
                            deferred("4.4.4", "no MX host of x.example better than ourselves has an address", MINUTE));
        }
    }

    @Test
    void betterHostsThatAreUnknownJustNowAreWaitedFor() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 MX 10 a.example", "x.example 60 MX 20 mx-a.example")
                .with("a.example", "A", ScriptedDns.Trouble.SERVFAIL)) {
            assertThat(find(dns).toString()).contains("Deferred", "451 4.4.3 DNS gave no answer for a.example: ");
        }
    }

    @Test
    void followsAliasesOfDomainsAndOfHosts() throws Exception {
        try (var dns = ScriptedDns.knowing(
                "x.example 60 CNAME y.example",
                "y.example 60 MX 10 a.example",
                "a.example 60 CNAME real.example",
                "real.example 60 A 198.51.100.1")) {
            assertThat(find(dns)).isEqualTo(hosts(MINUTE, host("a.example", 10, "198.51.100.1")));
        }
    }

    @Test
    void aliasesInACircleAreNoAnswer() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 CNAME y.example", "y.example 60 CNAME x.example")) {
            assertThat(find(dns).toString()).contains("Deferred", "451 4.4.3 ");
        }
    }

    @Test
    void asksByTcpWhatDidNotFit() throws Exception {
        try (var dns = ScriptedDns.knowing("x.example 60 MX 10 a.example", "a.example 60 A 198.51.100.1")
                .with("x.example", "MX", ScriptedDns.Trouble.TRUNCATED)) {
            assertThat(find(dns)).isEqualTo(hosts(MINUTE, host("a.example", 10, "198.51.100.1")));
            assertThat(dns.asked()).startsWith("x.example MX", "x.example MX tcp");
        }
    }

    @Test
    void aNameThatDoesNotFitIntoDnsDoesNotExist() throws Exception {
        try (var dns = ScriptedDns.knowing()) {
            var lookup = new MxLookup(new Dns(dns.resolver()), OWN, 25, () -> 0);
            var domain = ("x".repeat(60) + ".").repeat(5) + "example";

            assertThat(lookup.find(domain, MxLookup.Domain.FOREIGN))
                    .isEqualTo(failed("5.1.2", "the domain " + domain + " does not exist", MINUTE));
        }
    }

    @Test
    void aNodeThatLivesOnLoopbackFindsItsWorldThere() throws Exception {
        var local =
                new OwnHosts(Set.of(), Set.of(), Set.of(new InetSocketAddress(address("127.0.0.1"), 2525)), Set.of());
        try (var dns = ScriptedDns.knowing("x.example 60 MX 10 a.example", "a.example 60 A 127.0.0.3")) {
            assertThat(new MxLookup(new Dns(dns.resolver()), local, 25, () -> 0)
                            .find("x.example", MxLookup.Domain.FOREIGN))
                    .isEqualTo(hosts(MINUTE, host("a.example", 10, "127.0.0.3")));
        }
    }
}
