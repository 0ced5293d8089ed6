package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mailvane.mail.ProviderId;
import io.mailvane.outbound.HeldWatch.Held;
import io.mailvane.outbound.WaitingForRoute.Reason;
import io.mailvane.route.MailClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HeldWatchTest {
    private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");
    private static final Held NORMAL = held("google", MailClass.NORMAL);
    private static final Held URGENT = held("google", MailClass.URGENT);
    private static final String BEGUN_WITH_ONE =
            "event=alarm what=held-long state=begun provider=google reason=no-route"
                    + " waiting=1 since=2026-11-25T00:00:00Z";
    private static final String OVER =
            "event=alarm what=held-long state=over provider=google since=2026-11-25T00:00:00Z";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(OutboundRouter.class);
    private final HeldWatch watch = new HeldWatch();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
    }

    private static Held held(String provider, MailClass mailClass) {
        return new Held(new ProviderId(provider), Reason.NO_ROUTE, mailClass, START);
    }

    private List<String> told() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** A look each minute. */
    private void looks(int from, int to, Held... held) {
        for (int minute = from; minute <= to; minute++) {
            watch.look(List.of(held), START.plus(Duration.ofMinutes(minute)));
        }
    }

    @Test
    void ordinaryMailMayWaitTwoHoursAndIsToldOfOnce() {
        looks(0, 119, NORMAL);
        assertThat(told()).isEmpty();
        looks(120, 300, NORMAL);
        assertThat(told()).containsExactly(BEGUN_WITH_ONE);
        looks(301, 400);
        assertThat(told()).containsExactly(BEGUN_WITH_ONE, OVER);
    }

    @Test
    void urgentMailMayWaitAQuarterOfAnHour() {
        looks(0, 14, URGENT, NORMAL);
        assertThat(told()).isEmpty();
        looks(15, 15, URGENT, NORMAL);
        assertThat(told()).containsExactly(BEGUN_WITH_ONE);
    }

    /** Each time that the view of our addresses changes all are called back, and most wait again. */
    @Test
    void whatIsCalledBackAndWaitsAgainWaitsOn() {
        looks(0, 60, NORMAL);
        looks(61, 63);
        looks(64, 119, NORMAL);
        assertThat(told()).isEmpty();
        looks(120, 130, NORMAL);
        looks(131, 133);
        looks(134, 140, NORMAL);
        assertThat(told()).containsExactly(BEGUN_WITH_ONE);
    }

    /** It was deferred for a reason of the receiver's until now. */
    @Test
    void anOldMessageThatBeginsToWaitHasNotWaited() {
        looks(200, 319, NORMAL);
        assertThat(told()).isEmpty();
    }

    @Test
    void newMailToAProviderForWhichOthersWaitedHasNotWaitedEither() {
        var young = new Held(NORMAL.provider(), Reason.NO_ROUTE, MailClass.NORMAL, START.plus(Duration.ofMinutes(90)));
        looks(0, 100, NORMAL, young);
        looks(101, 209, young);
        assertThat(told()).isEmpty();
        looks(210, 210, young);
        assertThat(told()).containsExactly(BEGUN_WITH_ONE);
    }

    /** Where no way is open all of them wait. */
    @Test
    void manyProvidersAreNotToldOfOneByOneWithoutAnEnd() {
        var many = IntStream.range(0, 3 * HeldWatch.MOST)
                .mapToObj(i -> held("p" + i, MailClass.NORMAL))
                .toList();
        watch.look(many, START);
        watch.look(many, START.plus(Duration.ofHours(2)));
        assertThat(told()).isEmpty();
        for (int minute = 0; minute <= 120; minute++) {
            watch.look(many, START.plus(Duration.ofDays(1)).plus(Duration.ofMinutes(minute)));
        }
        assertThat(told()).hasSize(HeldWatch.MOST_ALARMS).doesNotHaveDuplicates();
        watch.look(Collections.emptyList(), START.plus(Duration.ofDays(2)));
        assertThat(told()).hasSize(2 * HeldWatch.MOST_ALARMS);
    }
}
