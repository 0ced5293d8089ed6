package io.mailvane.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaTest {
    private static final Instant START = World.START;

    @ParameterizedTest
    @CsvSource({
        "79, BULK, true",
        "80, BULK, false",
        "80, NORMAL, true",
        "95, NORMAL, true",
        "96, NORMAL, false",
        "96, URGENT, true",
        "99, URGENT, true",
        "100, URGENT, false",
    })
    void theLastFifthIsKeptForBetterClasses(int used, MailClass mailClass, boolean has) {
        var quota = Quota.of(100).counting(used, START);
        assertThat(quota.has(1, mailClass, 0.2, START)).isEqualTo(has);
    }

    @Test
    void whatWasNotTakenAfterAllIsGivenBack() {
        assertThat(Quota.of(100).counting(7, START).givingBack(3, START, START).used(START))
                .isEqualTo(4);
    }

    @Test
    void aSmarthostThatSaysItIsUsedUpIsAskedAgainInAnHour() {
        var quota = Quota.of(100).counting(3, START);
        var said = START.plus(Duration.ofHours(5));
        for (int i = 0; i < 3; i++) {
            quota = quota.closed(said);
            var again = said.plus(Duration.ofHours(1));
            assertThat(quota.nextFree(said.plusSeconds(1))).isEqualTo(again);
            assertThat(quota.has(1, MailClass.URGENT, 0.2, again.minusSeconds(1)))
                    .isFalse();
            assertThat(quota.has(1, MailClass.URGENT, 0.2, again)).isTrue();
            said = again;
        }
    }

    /** Its day may be another than ours, but what it took of us no longer counts with it either. */
    @Test
    void itIsAskedSoonerWhereTheOldestIsForgottenSooner() {
        var quota = Quota.of(100).counting(3, START);
        var frees = START.plus(Duration.ofHours(24)).plus(Duration.ofMinutes(15));
        assertThat(quota.closed(frees.minusSeconds(1_800)).closedUntil()).isEqualTo(frees);
        assertThat(quota.closed(frees.minusSeconds(60)).closedUntil())
                .isEqualTo(frees.plusSeconds(60).plusSeconds(780));
    }

    /** What we count still counts, whatever it says. */
    @Test
    void whereOurOwnCountIsFullTooItIsNotAskedBefore() {
        var quota = Quota.of(3).counting(3, START).closed(START.plusSeconds(1));
        assertThat(quota.nextFree(START.plusSeconds(1)))
                .isEqualTo(START.plus(Duration.ofHours(24)).plus(Duration.ofMinutes(15)));
    }

    @Test
    void othersMayHaveUsedItUpWhenWeCountedNothing() {
        assertThat(Quota.of(100).closed(START).nextFree(START)).isEqualTo(START.plus(Duration.ofMinutes(15)));
    }

    /** What is under way when it says so counts, until it is known that it was not taken. */
    @Test
    void onceNothingOfOursCountsASmarthostThatSaidItIsUsedUpIsAskedAgainSoon() {
        var later = START.plus(Duration.ofMinutes(20));
        var closed = Quota.of(100).counting(2, START).counting(1, later).closed(later);
        var soon = later.plus(Duration.ofMinutes(15));

        var some = closed.givingBack(1, later, later);
        assertThat(some.nextFree(later)).isEqualTo(closed.nextFree(later));
        var none = some.givingBack(2, START, later);
        assertThat(none.nextFree(later)).isEqualTo(soon);
        assertThat(none.has(1, MailClass.NORMAL, 0.2, soon.minusSeconds(1))).isFalse();
        assertThat(none.has(1, MailClass.NORMAL, 0.2, soon)).isTrue();
    }

    /** Counted without slots, exactly, beside it. */
    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5"})
    void inNoDayMoreRecipientsAreGivenThanItHas(int seed) {
        var random = new Random(seed);
        var given = new ArrayDeque<Instant>();
        var quota = Quota.of(50);
        var now = START;
        for (int i = 0; i < 3_000; i++) {
            now = now.plusSeconds(random.nextInt(1_800));
            int recipients = 1 + random.nextInt(3);
            if (quota.has(recipients, MailClass.URGENT, 0.2, now)) {
                quota = quota.counting(recipients, now);
                for (int each = 0; each < recipients; each++) {
                    given.add(now);
                }
            }
            while (!given.isEmpty() && given.peek().isBefore(now.minus(Quota.DAY))) {
                given.remove();
            }
            assertThat(given).hasSizeLessThanOrEqualTo(50);
        }
        assertThat(given).isNotEmpty();
    }
}
