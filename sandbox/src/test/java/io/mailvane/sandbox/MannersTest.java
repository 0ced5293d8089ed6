package io.mailvane.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MannersTest {
    private static final InetAddress OUT1 = InetAddress.ofLiteral("127.0.0.11");
    private static final InetAddress OUT2 = InetAddress.ofLiteral("127.0.0.12");

    private final AtomicLong nanos = new AtomicLong(1);
    private final Receiver receiver = new Receiver(nanos::get);

    @ParameterizedTest
    @CsvSource({
        "normal, normal",
        "wildcard, wildcard 127.0.0.2",
        "wildcard 127.0.0.9, wildcard 127.0.0.9",
        "mute, mute",
        "refuse, refuse",
        "servfail, servfail",
        "formerr, formerr",
        "notimp, notimp",
        "parked, parked 198.51.100.80",
        "slow 250, slow 250",
        "truncated, truncated",
        "truncated-deaf, truncated-deaf",
        "empty, empty",
        "nodata, nodata",
        "gone, gone",
        "error-code 127.255.255.254, error-code 127.255.255.254",
        "wrong-id, wrong-id",
    })
    void aZonesMannerIsReadAndShownInTheSameWords(String typed, String shown) {
        assertThat(ZoneManner.parse(List.of(typed.split(" "))).words()).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sulk              | it is one of: normal",
                "normal now        | now is one word too many",
                "slow              | something is missing",
                "slow soon         | soon is not a number",
                "slow -1           | -1 is not between 0 and 60000",
                "error-code        | something is missing",
                "error-code 1.2.3  | 1.2.3 is not an IP address",
                "wildcard ::1      | ::1 is not an IPv4 address",
            })
    void aZonesMannerThatIsNoneIsRefusedWithTheReason(String typed, String reason) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> ZoneManner.parse(List.of(typed.split(" "))))
                .withMessageStartingWith(reason);
    }

    @Test
    void refusesAnAddressByItsPublicOrItsLocalName() {
        receiver.answer(List.of("refuse-address", "203.0.113.11"), Phase.RCPT);
        receiver.answer(List.of("refuse-address", "127.0.0.12", "554 5.7.1 Not you"), Phase.MAIL);
        assertThat(List.of(
                        told(Phase.MAIL, OUT1),
                        told(Phase.RCPT, OUT1),
                        told(Phase.MAIL, OUT2),
                        told(Phase.RCPT, OUT2),
                        told(Phase.RCPT, InetAddress.ofLiteral("127.0.0.21"))))
                .containsExactly(
                        "go",
                        "550 5.7.1 Service unavailable; Client host [203.0.113.11] blocked using bl.test",
                        "554 5.7.1 Not you",
                        "go",
                        "go");
    }

    @Test
    void acceptForgetsAllThatWasSaidBefore() {
        receiver.answer(List.of("refuse-address", "203.0.113.11"), Phase.RCPT);
        receiver.answer(List.of("reply", "451 4.3.0 Later"), Phase.MAIL);
        assertThat(told(Phase.MAIL, OUT2)).isEqualTo("451 4.3.0 Later");
        receiver.answer(List.of("accept"), Phase.RCPT);
        assertThat(List.of(told(Phase.MAIL, OUT1), told(Phase.RCPT, OUT1))).containsExactly("go", "go");
    }

    @Test
    void greylistingTakesTheSameMailAfterItsDelay() {
        receiver.answer(List.of("greylist", "5"), Phase.RCPT);
        var told = new ArrayList<String>();
        for (int seconds = 0; seconds <= 6; seconds += 2) {
            told.add(told(Phase.RCPT, OUT1));
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        }
        told.add(told(Phase.RCPT, OUT2));
        var later = "450 4.7.1 Greylisted, come back in 5 seconds";
        assertThat(told).containsExactly(later, later, later, "go", later);
    }

    @Test
    void aRateCountsEachAddressInItsWindow() {
        receiver.answer(List.of("rate", "2", "10"), Phase.RCPT);
        var told = new ArrayList<String>();
        for (int times = 0; times < 3; times++) {
            told.add(told(Phase.MAIL, OUT1));
        }
        told.add(told(Phase.MAIL, OUT2));
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        told.add(told(Phase.MAIL, OUT1));
        assertThat(told)
                .containsExactly(
                        "go",
                        "go",
                        "450 4.7.1 Too much mail from your IP address [203.0.113.11], try again later",
                        "go",
                        "go");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "250 2.0.0 Ok",
                "nonsense",
                "5",
                "550-5.7.1 No last line",
                "550-5.7.1 One\n551 5.7.1 Other",
                "550 5.7.1 Two\n550 5.7.1 ends",
                "550 5.7.1 b\u00fcse",
                ""
            })
    void aReplyThatDoesNotRefuseOrIsNoneIsNotTaken(String reply) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> receiver.answer(List.of("reply", reply), Phase.RCPT));
    }

    @Test
    void translatesBetweenInsideAndOutside() {
        assertThat(List.of(
                        PublicAddresses.seenFrom(OUT1).getHostAddress(),
                        PublicAddresses.seenFrom(InetAddress.getLoopbackAddress())
                                .getHostAddress(),
                        PublicAddresses.localOf(InetAddress.ofLiteral("203.0.113.254"))
                                .getHostAddress(),
                        PublicAddresses.localOf(InetAddress.ofLiteral("203.0.113.255"))
                                .getHostAddress(),
                        PublicAddresses.localOf(InetAddress.ofLiteral("cb00:710b::1"))
                                .getHostAddress()))
                .containsExactly("203.0.113.11", "127.0.0.1", "127.0.0.254", "203.0.113.255", "cb00:710b:0:0:0:0:0:1");
    }

    private String told(Phase phase, InetAddress client) {
        return switch (receiver.judge(new Attempt(phase, client, "me@shop.example", "you@elsewhere.example"))) {
            case Verdict.Go() -> "go";
            case Verdict.Refuse(var refusal) -> refusal.text();
            case Verdict.Mute() -> "mute";
            case Verdict.HangUp() -> "hang-up";
        };
    }
}
