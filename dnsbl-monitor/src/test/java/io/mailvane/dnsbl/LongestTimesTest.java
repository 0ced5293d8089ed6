package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** With every time as long, and every number as great, as the configuration takes it, the monitor still works. */
class LongestTimesTest {
    private static final String A = "203.0.113.7";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(3650);

    private static DnsblSettings longest(DnsblSettings settings) {
        var asking = new AskingSettings(
                LONGEST, LONGEST, LONGEST, LONGEST, 1024, new AskingSettings.Budget(64, 1000, 10_000, 10_000_000));
        var judging = new JudgingSettings(
                Optional.empty(),
                LONGEST,
                LONGEST,
                LONGEST,
                LONGEST,
                LONGEST,
                10,
                LONGEST,
                LONGEST,
                20,
                LONGEST,
                new JudgingSettings.Ageing(LONGEST, LONGEST, LONGEST));
        var routing = new RoutingSettings(
                100,
                100,
                100,
                100,
                List.of(1, 100),
                LONGEST,
                LONGEST,
                true,
                new RoutingSettings.Flap(1_000_000, LONGEST, 1_000_000, 1_000_000, LONGEST),
                new RoutingSettings.Learning(true, LONGEST, 10_000_000, LONGEST, 1));
        return new DnsblSettings(
                settings.sources(),
                settings.choice(),
                asking,
                judging,
                new GuardSettings(LONGEST, 1000, 100, 100_000),
                routing,
                new DnsblSettings.Keeping(10_000_000, LONGEST));
    }

    @Test
    void aListingIsHeardConfirmedByAReplyAndMutedForAnHour() {
        var world = new World(1, List.of(A), "spamhaus-zen").with(LongestTimesTest::longest);
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("SUSPECT none");
        var reply = new ReplyEvidence(
                "a1",
                new ProviderId("google"),
                Optional.of("spamhaus-zen"),
                world.now().wall(),
                "550 no");
        world.judge().evidence(reply, world.now());
        world.pass(HOUR);

        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("LISTED none");
        var standing = world.standing("a1");
        assertThat(standing.state()).isEqualTo(State.QUARANTINED);
        assertThat(standing.until())
                .hasValueSatisfying(until ->
                        assertThat(until).isAfter(world.now().wall().plus(LONGEST.minus(HOUR.multipliedBy(3)))));
        var mute = new Mute(world.now().wall().plus(HOUR), "known", "eva");
        world.judge().mute(A, "spamhaus-zen", Optional.of(mute), "eva", world.now());
        world.pass(HOUR.multipliedBy(2));
        assertThat(world.standing("a1").state()).isEqualTo(State.QUARANTINED);
    }
}
