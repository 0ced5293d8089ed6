package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

class PaceTest {
    private static final DnsblList ZEN = Lists.shipped("spamhaus-zen");
    private final CellRules rules = new CellRules(JudgingSettings.DEFAULT);
    private final Pace pace = new Pace(JudgingSettings.DEFAULT, RoutingSettings.DEFAULT::counts, new Random(1));

    @ParameterizedTest
    @CsvSource({"30, 5", "420, 7", "86400, 60", "-1, 15"})
    void asksAgainWhenTheAnswersTtlEndsWithinBounds(int ttlSeconds, int minutes) {
        var cell = answered(Cell.unknown(Cells.minute(0)), negative(ttlSeconds), 0);

        assertAbout(pace.next(cell, 100), minutes);
    }

    @Test
    void asksInformationalListsOnceAnHour() {
        assertAbout(pace.next(answered(Cell.unknown(Cells.minute(0)), negative(300), 0), 9), 60);
    }

    @Test
    void waitsLongerAfterEachAnswerThatDoesNotCome() {
        var cell = Cell.unknown(Cells.minute(0));
        for (int minutes : List.of(1, 2, 4, 8, 16, 32, 32)) {
            cell = answered(cell, new DnsReply.Silent("no answer in time"), 0);
            assertAbout(pace.next(cell, 100), minutes);
        }
    }

    @Test
    void confirmsASuspicionAfterOneToTwoMinutes() {
        var cell = answered(Cell.unknown(Cells.minute(0)), Lists.reply("127.0.0.3"), 0);
        for (int i = 0; i < 100; i++) {
            assertThat(pace.next(cell, 100)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(120));
        }
    }

    @Test
    void asksForAListingNotSoonerThanEveryTenMinutesAndForItsEndThriceInHalfAnHour() {
        var cell = answered(Cell.unknown(Cells.minute(0)), Lists.reply("127.0.0.3"), 0);
        cell = answered(cell, Lists.reply("127.0.0.3"), 2);
        assertAbout(pace.next(cell, 100), 10);
        cell = answered(cell, negative(60), 12);
        assertThat(pace.next(cell, 100)).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void cellsTakePlacesOfTheirOwnInTheInterval() {
        var cell = answered(Cell.unknown(Cells.minute(0)), negative(600), 0);
        var places = new HashSet<Duration>();
        for (int i = 1; i <= 50; i++) {
            var place = pace.spread(cell, 100, IpAddress.parse("203.0.113." + i), ZEN);
            assertThat(place).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(10));
            places.add(place);
        }
        assertThat(places).hasSizeGreaterThan(40);
    }

    /** Else what a list says could not be confirmed by a sooner answer for half the interval. */
    @Test
    void theFirstAnswerOfACellThatIsNotCleanIsConfirmedAtOnce() {
        var cell = answered(Cell.unknown(Cells.minute(0)), Lists.reply("127.0.0.3"), 0);

        assertThat(pace.spread(cell, 100, IpAddress.parse("203.0.113.7"), ZEN))
                .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(120));
    }

    @Test
    void whereChecksAreQuickSoAreThoseThatFollowSilenceAndThoseThatEndAListing() {
        var usual = JudgingSettings.DEFAULT;
        var quick = new JudgingSettings(
                Optional.of(Duration.ofSeconds(4)),
                usual.intervalMin(),
                usual.intervalMax(),
                usual.intervalListed(),
                usual.intervalDefault(),
                Duration.ofSeconds(2),
                usual.confirmations(),
                usual.citedWithin(),
                usual.minListed(),
                3,
                Duration.ofSeconds(1),
                usual.ageing());
        var hurried = new Pace(quick, RoutingSettings.DEFAULT::counts, new Random(1));
        var silent = answered(Cell.unknown(Cells.minute(0)), new DnsReply.Silent("no answer in time"), 0);
        assertThat(hurried.next(silent, 100)).isBetween(Duration.ofMillis(3600), Duration.ofMillis(4400));
        assertAbout(pace.next(silent, 100), 1);

        var listed = answered(
                answered(Cell.unknown(Cells.minute(0)), Lists.reply("127.0.0.3"), 0), Lists.reply("127.0.0.3"), 2);
        assertThat(hurried.next(answered(listed, negative(60), 12), 100))
                .as("not sooner than an answer counts")
                .isEqualTo(Duration.ofSeconds(2));
    }

    private static DnsReply negative(int ttlSeconds) {
        return new DnsReply.Answered(
                Rcode.NXDOMAIN,
                List.of(),
                List.of(),
                ttlSeconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(ttlSeconds)));
    }

    private Cell answered(Cell cell, DnsReply reply, int minute) {
        return rules.answered(
                cell,
                new CellRules.Evidence(
                        Answer.of(reply, ZEN),
                        Cells.by("s" + minute),
                        false,
                        Overlay.NONE,
                        false,
                        Cells.minute(minute)));
    }

    private static void assertAbout(Duration next, int minutes) {
        var exact = Duration.ofMinutes(minutes);
        assertThat(next)
                .isBetween(
                        exact.multipliedBy(9).dividedBy(10),
                        exact.multipliedBy(11).dividedBy(10));
    }
}
