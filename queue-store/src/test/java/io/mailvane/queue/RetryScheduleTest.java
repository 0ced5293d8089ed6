package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private static final Instant RECEIVED = Instant.parse("2026-03-01T12:00:00Z");

    /** Minutes after acceptance of every attempt, the first at once, each deferred at the moment it began. */
    private static List<Long> attempts(RetrySchedule schedule) {
        var minutes = new ArrayList<Long>();
        var next = Optional.of(RECEIVED);
        while (next.isPresent()) {
            minutes.add(Duration.between(RECEIVED, next.get()).toMinutes());
            next = schedule.next(RECEIVED, minutes.size(), next.get());
        }
        return minutes;
    }

    @Test
    void waitsTheStepsThenTheLastOneAgainAndTriesOnceMoreAtTheEnd() {
        var schedule = new RetrySchedule(
                List.of(Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(20)), Duration.ofMinutes(90));

        assertThat(attempts(schedule)).containsExactly(0L, 5L, 15L, 35L, 55L, 75L, 90L);
    }

    @Test
    void countsFromTheAttemptNotFromWhenItWasDue() {
        var schedule = new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(5));
        var late = RECEIVED.plus(Duration.ofHours(3));

        assertThat(schedule.next(RECEIVED, 1, late)).contains(late.plus(Duration.ofMinutes(5)));
    }

    @Test
    void endsWithTheLifetime() {
        var schedule = new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofHours(1));
        var end = RECEIVED.plus(Duration.ofHours(1));

        assertThat(schedule.next(RECEIVED, 1, end.minusMillis(1))).contains(end);
        assertThat(schedule.next(RECEIVED, 1, end)).isEmpty();
        assertThat(schedule.next(RECEIVED, 1, end.plusMillis(1))).isEmpty();
    }

    @Test
    void refusesWhatIsNoSchedule() {
        var hour = Duration.ofHours(1);
        assertThatThrownBy(() -> new RetrySchedule(List.of(), hour)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetrySchedule(List.of(Duration.ZERO), hour))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetrySchedule(List.of(hour), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
