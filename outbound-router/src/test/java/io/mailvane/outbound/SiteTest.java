package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.DueMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Workers, limits and what waits. Deliveries here last until the test lets them end. */
class SiteTest {
    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final DeliveryReport.NoConnection NOBODY = new DeliveryReport.NoConnection(
            "-", SmtpReply.of(451, "4.4.1", "nobody"), new DeliveryReport.Timing(Duration.ofSeconds(1), Duration.ZERO));

    private final Courier courier = new Courier();
    private final AtomicInteger unused = new AtomicInteger();

    @AfterEach
    void letGo() {
        courier.mayEnd.release(10_000);
    }

    private Site site(int connections, int capacity) {
        return site(connections, capacity, LONG, Opened::new);
    }

    private Site site(
            int connections, int capacity, Duration idle, java.util.function.Supplier<Transport.Session> opening) {
        var way = way("route", new Opening(opening), connections);
        return new Site(way, capacity, idle.toNanos(), courier, unused::incrementAndGet);
    }

    private static Job job(int number, int recipients) {
        var envelope = SmtpKit.envelope(IntStream.range(0, recipients)
                .mapToObj(i -> "r" + i + "@x.example")
                .toArray(String[]::new));
        var all = IntStream.range(0, recipients).boxed().toList();
        var message = new DueMessage(io.mailvane.mail.QueueId.of(number, 0, "zone-a"), envelope, all, Instant.EPOCH, 1);
        return new Job(
                message,
                all,
                new ProviderId("p"),
                way("r", new DiscardTransport(), 1),
                Optional.empty(),
                Optional.empty(),
                "",
                0);
    }

    private static Routing.Way way(String route, Transport transport, int connections) {
        var key = new Routing.SiteKey(0, route, Optional.empty(), "");
        return new Routing.Way(route, Optional.empty(), key, transport, connections);
    }

    private static List<Job> jobs(int count) {
        return IntStream.range(0, count).mapToObj(i -> job(i, 1)).toList();
    }

    @Test
    void neverDeliversMoreAtOnceThanItsConnections() {
        var site = site(3, 100);
        jobs(20).forEach(site::offer);

        await().until(() -> courier.running.get() == 3);
        courier.mayEnd.release(20);

        await().until(() -> courier.delivered.size() == 20);
        assertThat(courier.most).hasValue(3);
    }

    @Test
    void everyJobGetsAWorkerOfItsOwnWhileConnectionsAreLeft() {
        var site = site(4, 100);
        site.offer(job(0, 1));
        await().until(() -> courier.running.get() == 1);
        courier.mayEnd.release();
        await().until(() -> courier.delivered.size() == 1);

        // One worker is idle now, and there are two jobs at once.
        site.offer(job(1, 1));
        site.offer(job(2, 1));

        await().until(() -> courier.running.get() == 2);
    }

    @Test
    void whatWaitsIsLimitedByItsRecipients() {
        var site = site(1, 10);
        assertThat(site.offer(job(0, 100))).isTrue();
        await().until(() -> courier.running.get() == 1);

        assertThat(site.offer(job(1, 6))).isTrue();
        assertThat(site.offer(job(2, 5))).isFalse();
        assertThat(site.offer(job(3, 4))).isTrue();
        assertThat(site.offer(job(4, 1))).isFalse();
    }

    @Test
    void whatWaitsBehindADeadSiteIsAnsweredAtOnce() {
        courier.answer = worker -> Optional.of(NOBODY);
        var site = site(1, 100);
        jobs(5).forEach(site::offer);
        await().until(() -> courier.running.get() == 1);

        courier.mayEnd.release();

        await().until(() -> courier.unconnected.size() == 5);
        assertThat(courier.reports)
                .containsExactly(NOBODY, NOBODY.untimed(), NOBODY.untimed(), NOBODY.untimed(), NOBODY.untimed());
        assertThat(courier.delivered).hasSize(1);
    }

    @Test
    void whatWaitedForAWayThatIsNotOpenAnyMoreIsDecidedAnewInItsTurn() {
        var site = site(1, 100);
        var jobs = jobs(4);
        jobs.forEach(site::offer);
        await().until(() -> courier.running.get() == 1);

        courier.open = job -> job.equals(jobs.get(3));
        courier.mayEnd.release(2);

        await().until(() -> courier.delivered.size() == 2);
        assertThat(courier.delivered).containsExactly(jobs.get(0), jobs.get(3));
        assertThat(courier.anew).containsExactly(jobs.get(1), jobs.get(2));
    }

    /** Behind a connection that is slow it would wait for what is known already. */
    @Test
    void itIsTakenFromBehindADeliveryThatLasts() {
        var site = site(1, 4);
        var jobs = jobs(4);
        jobs.forEach(site::offer);
        await().until(() -> courier.running.get() == 1);
        courier.open = job -> job.equals(jobs.get(2));

        assertThat(site.takeShut()).containsExactly(jobs.get(1), jobs.get(3));

        var other = job(9, 3);
        assertThat(site.offer(other)).as("there is room for others").isTrue();
        assertThat(site.takeAll()).containsExactly(jobs.get(2), other);
    }

    /** It was never tried there, and is not to be told that it was. */
    @Test
    void nobodyAnswersForADeadSiteWhatWasNotToGoThereAnyMore() {
        courier.answer = worker -> Optional.of(NOBODY);
        var site = site(1, 100);
        var jobs = jobs(3);
        jobs.forEach(site::offer);
        await().until(() -> courier.running.get() == 1);
        courier.open = job -> job.equals(jobs.get(2));

        courier.mayEnd.release();

        await().until(() -> courier.unconnected.size() == 2);
        assertThat(courier.unconnected).containsExactly(jobs.get(0), jobs.get(2));
        assertThat(courier.anew).containsExactly(jobs.get(1));
    }

    @Test
    void aSessionThatIsNotToBeKeptEndsWithoutWaitingForTheNextMail() {
        var sessions = new CopyOnWriteArrayList<Opened>();
        var site = site(2, 100, LONG, () -> openedInto(sessions));
        jobs(2).forEach(site::offer);
        await().until(() -> courier.running.get() == 2);
        courier.mayEnd.release(2);
        await().until(() -> courier.done.get() == 2);
        assertThat(sessions).noneMatch(session -> session.closed);

        courier.keepsSessions = false;
        site.takeAll();

        await().until(site::unused);
        await().until(() -> unused.get() > 0);
        assertThat(sessions).isNotEmpty().allMatch(session -> session.closed);
        courier.mayEnd.release();
        site.offer(job(3, 1));
        await().until(() -> courier.done.get() == 3 && site.unused());
    }

    @Test
    void aPeerThatRefusesOneConnectionTooManyIsNotDead() {
        // The first worker is served, whoever comes beside it is refused.
        courier.answer = worker -> worker == 0 ? Optional.empty() : Optional.of(NOBODY);
        var site = site(5, 1_000);
        site.offer(job(0, 1));
        courier.mayEnd.release();
        await().until(() -> courier.delivered.size() == 1);

        courier.mayEnd.release(1_000);
        jobs(50).forEach(site::offer);

        await().until(() -> courier.done.get() == 51);
        assertThat(courier.unconnected).isEmpty();
    }

    @Test
    void aTransportThatCannotBeginIsAFaultOfEachJobAndOfNoneForEver() {
        var opening = new AtomicInteger();
        var site = site(1, 100, LONG, () -> {
            if (opening.getAndIncrement() == 0) {
                throw new IllegalStateException("a plug-in's bug");
            }
            return new Opened();
        });
        site.offer(job(0, 1));
        await().until(() -> courier.faults.size() == 1);

        site.offer(job(1, 1));

        await().until(() -> courier.running.get() == 1);
    }

    @Test
    void aSessionThatCannotEndIsAnAlarmAndNoMore() {
        courier.mayEnd.release(2);
        var site = site(1, 100, MOMENT, () -> new Opened() {
            @Override
            public void close() {
                throw new IllegalStateException("a plug-in's bug");
            }
        });
        site.offer(job(0, 1));
        await().until(() -> courier.alarms.size() == 1);

        site.offer(job(1, 1));

        await().until(() -> courier.delivered.size() == 2);
    }

    @Test
    void aDrainHandsBackWhatHasNotBegunAndTakesNothingMore() {
        var site = site(1, 100);
        var jobs = jobs(3);
        jobs.forEach(site::offer);
        await().until(() -> courier.running.get() == 1);

        assertThat(site.drain()).containsExactly(jobs.get(1), jobs.get(2));
        assertThat(site.offer(job(9, 1))).isFalse();
        courier.mayEnd.release();
        await().until(site::unused);
        assertThat(courier.delivered).containsExactly(jobs.get(0));
    }

    private static Opened openedInto(List<Opened> sessions) {
        var opened = new Opened();
        sessions.add(opened);
        return opened;
    }

    @Test
    void aCutClosesTheSessionsOfWhatRuns() {
        var sessions = new CopyOnWriteArrayList<Opened>();
        var site = site(2, 100, LONG, () -> openedInto(sessions));
        jobs(2).forEach(site::offer);
        await().until(() -> courier.running.get() == 2);

        site.cut();

        assertThat(sessions).hasSize(2).allMatch(session -> session.closed);
    }

    @Test
    void saysWhenItIsNotUsedAnyMore() {
        courier.mayEnd.release(1);
        var site = site(1, 100, MOMENT, Opened::new);
        site.offer(job(0, 1));

        await().until(() -> unused.get() == 1);
        assertThat(site.unused()).isTrue();
    }

    private record Opening(java.util.function.Supplier<Transport.Session> sessions) implements Transport {
        @Override
        public Session open() {
            return sessions.get();
        }

        @Override
        public void close() {
            // Nothing is shared.
        }
    }

    private static class Opened implements Transport.Session {
        private volatile boolean closed;

        @Override
        public DeliveryReport deliver(Delivery delivery) {
            throw new UnsupportedOperationException("the courier here delivers by itself");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Each delivery waits for a permit, and then has the given answer. */
    private static final class Courier implements Site.Courier {
        private volatile Predicate<Job> open = job -> true;
        private volatile boolean keepsSessions = true;
        private final List<Job> anew = new CopyOnWriteArrayList<>();
        private final Semaphore mayEnd = new Semaphore(0);
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final List<Job> delivered = new CopyOnWriteArrayList<>();
        private final List<Job> unconnected = new CopyOnWriteArrayList<>();
        private final List<DeliveryReport.NoConnection> reports = new CopyOnWriteArrayList<>();
        private final List<Job> faults = new CopyOnWriteArrayList<>();
        private final List<Throwable> alarms = new CopyOnWriteArrayList<>();
        private final List<Transport.Session> sessions = new ArrayList<>();
        private volatile java.util.function.IntFunction<Optional<DeliveryReport.NoConnection>> answer =
                worker -> Optional.empty();

        @Override
        public boolean isOpen(Job job) {
            return open.test(job);
        }

        @Override
        public boolean keepsSession(Job last) {
            return keepsSessions;
        }

        @Override
        public void decideAnew(Job job) {
            anew.add(job);
        }

        @Override
        public Optional<DeliveryReport.NoConnection> deliver(Job job, Transport.Session session) {
            int now = running.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            mayEnd.acquireUninterruptibly();
            var report = answer.apply(number(session));
            delivered.add(job);
            running.decrementAndGet();
            done.addAndGet(report.isEmpty() ? 1 : 0);
            return report;
        }

        private synchronized int number(Transport.Session session) {
            if (!sessions.contains(session)) {
                sessions.add(session);
            }
            return sessions.indexOf(session);
        }

        @Override
        public void noConnection(Job job, DeliveryReport.NoConnection report) {
            unconnected.add(job);
            reports.add(report);
        }

        @Override
        public void noConnectionEither(Job job, DeliveryReport.NoConnection report) {
            noConnection(job, report);
        }

        @Override
        public void fault(Job job, Throwable cause) {
            faults.add(job);
        }

        @Override
        public void alarm(Throwable cause) {
            alarms.add(cause);
        }
    }
}
