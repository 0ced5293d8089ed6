package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class IndexTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final Index index = new Index(clock, () -> true);
    private final QueueIds ids = new QueueIds("zone-a", clock, 0);

    private Entry add(Duration due, String... recipients) {
        var entry = entry(ids.next(), recipients);
        for (int i = 0; i < entry.recipients(); i++) {
            entry.dueAt(i, QueueKit.START.plus(due));
        }
        index.add(entry);
        return entry;
    }

    static Entry entry(QueueId id, String... recipients) {
        var commit = new Payloads.Commit(
                MessageState.ACTIVE,
                "client[127.0.0.1]",
                Payloads.Content.bare(4096),
                QueueKit.envelope(recipients),
                List.of());
        var placement =
                new Placement(Location.of(1, 128), new long[] {Location.of(1, 180)}, new int[] {4096}, 5000, 200);
        return new Entry(id, QueueKit.START, placement, commit);
    }

    private List<QueueId> takeAll() throws InterruptedException {
        var taken = new ArrayList<QueueId>();
        for (var next = index.take(0); next.isPresent(); next = index.take(0)) {
            taken.add(next.get().entry().id);
        }
        return taken;
    }

    @Test
    void givesOutWhoWaitedLongestFirstAmongAHundredThousand() throws InterruptedException {
        var random = new Random(1);
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < 100_000; i++) {
            entries.add(add(Duration.ofMillis(random.nextInt(3_600_000)), "a@shop.example"));
        }
        assertThat(takeAll().size()).isLessThan(1000);
        clock.advance(Duration.ofMinutes(30));
        var due = entries.stream()
                .filter(entry -> !entry.inFlight(0) && !entry.next(0).isAfter(clock.instant()))
                .sorted((a, b) -> a.next(0).equals(b.next(0))
                        ? a.id.compareTo(b.id)
                        : a.next(0).compareTo(b.next(0)))
                .map(entry -> entry.id)
                .toList();

        assertThat(takeAll()).hasSizeGreaterThan(40_000).isEqualTo(due);
    }

    @Test
    void givesEveryRecipientToOneTakerWhoeverAsks() throws Exception {
        var added = new ArrayList<QueueId>();
        for (int i = 0; i < 5000; i++) {
            added.add(add(Duration.ZERO, "a@shop.example", "b@shop.example").id);
        }
        var takers = Collections.nCopies(16, (Callable<List<QueueId>>) this::takeAll);
        var taken = new ArrayList<QueueId>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(takers)) {
                taken.addAll(answer.get());
            }
        }

        assertThat(taken).containsExactlyInAnyOrderElementsOf(added);
    }

    @Test
    void wakesWhoWaitsWhenAMessageComes() throws InterruptedException {
        var taken = new AtomicReference<Optional<Index.Taken>>(Optional.empty());
        var taker = Thread.ofPlatform().start(() -> {
            try {
                taken.set(index.take(Long.MAX_VALUE));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().until(() -> taker.getState() == Thread.State.WAITING || taker.getState() == Thread.State.TIMED_WAITING);

        var entry = add(Duration.ZERO, "a@shop.example");
        taker.join();

        assertThat(taken.get()).contains(new Index.Taken(entry, List.of(0)));
    }

    @Test
    void endsEveryWaitWhenItCloses() throws InterruptedException {
        var taker = Thread.ofPlatform().start(() -> {
            try {
                assertThat(index.take(Long.MAX_VALUE)).isEmpty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().until(() -> taker.getState() == Thread.State.WAITING || taker.getState() == Thread.State.TIMED_WAITING);

        index.close();
        taker.join();
        add(Duration.ZERO, "a@shop.example");

        assertThat(index.take(0)).isEmpty();
    }

    @Test
    void givesOutARecipientAtItsOwnTimeHoweverOftenTheMessageChanged() throws InterruptedException {
        var entry = add(Duration.ofMinutes(1), "a@shop.example", "b@shop.example");
        for (int minutes : new int[] {9, 2, 7, 3}) {
            index.change(entry, e -> e.dueAt(0, QueueKit.START.plus(Duration.ofMinutes(minutes))));
        }
        var taken = new ArrayList<String>();
        for (int minute = 0; minute < 10; minute++) {
            for (var next = index.take(0); next.isPresent(); next = index.take(0)) {
                taken.add(minute + ": " + next.get().recipients());
            }
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(taken).containsExactly("1: [1]", "3: [0]");
    }

    @Test
    void givesOutOnlyWhatMayLeave() throws InterruptedException {
        var held = add(Duration.ZERO, "a@shop.example");
        index.change(held, e -> e.base = MessageState.HELD);
        var scanned = add(Duration.ZERO, "a@shop.example");
        index.change(scanned, e -> e.base = MessageState.TO_SCAN);
        var free = add(Duration.ZERO, "a@shop.example");

        assertThat(takeAll()).containsExactly(free.id);
        index.change(scanned, e -> e.base = MessageState.ACTIVE);
        assertThat(takeAll()).containsExactly(scanned.id);
        assertThat(index.counts())
                .isEqualTo(new QueueCounts(3, 0, 2, 0, 1, 0, 3, Optional.of(QueueKit.START), Optional.empty()));
    }
}
