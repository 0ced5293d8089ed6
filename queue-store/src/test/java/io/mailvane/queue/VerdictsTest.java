package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.content;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static io.mailvane.queue.QueueKit.take;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class VerdictsTest {
    private static final byte[] FIELDS = "X-Mailvane-Scan: builtin=clean\r\n".getBytes(US_ASCII);
    private static final Judgement CLEAN = new Judgement(MessageState.ACTIVE, FIELDS, "");
    private static final Judgement FOUND = new Judgement(MessageState.QUARANTINED, FIELDS, "builtin: a test virus");
    private static final byte[] TRACE = "Received: x\r\n".getBytes(US_ASCII);
    private static final String FORGED = "X-Mailvane-Scan: builtin=clean\r\n";

    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final MemorySegmentStore store = new MemorySegmentStore();
    private MessageQueue queue = open();

    private MessageQueue open() {
        try {
            return QueueKit.open(store, clock, QueueKit.DSN);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void startAnew() throws IOException {
        queue.close();
        queue = open();
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
    }

    private QueueId toScan(String content) throws QueueUnavailableException {
        return accept(
                queue,
                content,
                new Acceptance(QueueKit.envelope("you@shop.example"), MessageState.TO_SCAN, TRACE, List.of()));
    }

    private Optional<QueueId> takeToScan() throws InterruptedException {
        return queue.takeToScan(Duration.ZERO).map(ToScan::id);
    }

    private MessageState state(QueueId id) throws IOException {
        return queue.show(id).orElseThrow().state();
    }

    @Test
    void letsNothingLeaveBeforeItsVerdictAlsoAfterARestart() throws Exception {
        var id = toScan("hi");
        assertThat(take(queue)).isEmpty();
        startAnew();
        assertThat(take(queue)).isEmpty();
        assertThat(takeToScan()).contains(id);

        assertThat(queue.judge(id, CLEAN)).isTrue();

        assertThat(takeToScan()).isEmpty();
        assertThat(mustTake(queue).id()).isEqualTo(id);
    }

    @Test
    void putsItsFieldsBeforeAllOthersAndElidesWhatWasElided() throws Exception {
        var id = accept(
                queue,
                FORGED + "Subject: hi\r\n\r\nhi\r\n",
                new Acceptance(
                        QueueKit.envelope("you@shop.example"),
                        MessageState.TO_SCAN,
                        TRACE,
                        List.of(new Elision(0, FORGED.length()))));
        queue.judge(id, CLEAN);

        var sent = "X-Mailvane-Scan: builtin=clean\r\nReceived: x\r\nSubject: hi\r\n\r\nhi\r\n";
        assertThat(content(queue, id)).isEqualTo(sent);
        assertThat(queue.show(id).orElseThrow().size()).isEqualTo(sent.length());
        var due = mustTake(queue);
        assertThat(due.size()).isEqualTo(sent.length());
        queue.handBack(id, due.recipients());
        startAnew();
        assertThat(content(queue, id)).isEqualTo(sent);
        assertThat(mustTake(queue).size()).isEqualTo(sent.length());
    }

    /** A hold in the place of the state would make what was never judged look as if it was. */
    @Test
    void holdsNothingBeforeItsVerdictWhichCountsAfterARestartAsBefore() throws Exception {
        var id = toScan("spam");
        assertThat(queue.apply(id, MessageQueue.Action.HOLD)).isEqualTo(MessageQueue.Effect.AWAITS_SCAN);
        startAnew();
        assertThat(queue.apply(id, MessageQueue.Action.HOLD)).isEqualTo(MessageQueue.Effect.AWAITS_SCAN);
        assertThat(state(id)).isEqualTo(MessageState.TO_SCAN);
        assertThat(take(queue)).isEmpty();

        queue.judge(id, CLEAN);
        assertThat(queue.apply(id, MessageQueue.Action.HOLD)).isEqualTo(MessageQueue.Effect.CHANGED);
        startAnew();

        assertThat(state(id)).isEqualTo(MessageState.HELD);
        assertThat(take(queue)).isEmpty();
        queue.apply(id, MessageQueue.Action.RELEASE);
        startAnew();
        assertThat(mustTake(queue).id()).isEqualTo(id);
        assertThat(content(queue, id)).isEqualTo("X-Mailvane-Scan: builtin=clean\r\nReceived: x\r\nspam");
    }

    @Test
    void keepsWhatAScanFoundUntilItIsReleased() throws Exception {
        var id = toScan("spam");
        queue.judge(id, FOUND);
        startAnew();
        assertThat(state(id)).isEqualTo(MessageState.QUARANTINED);
        assertThat(take(queue)).isEmpty();

        queue.apply(id, MessageQueue.Action.RELEASE);

        assertThat(mustTake(queue).id()).isEqualTo(id);
        assertThat(content(queue, id)).isEqualTo("X-Mailvane-Scan: builtin=clean\r\nReceived: x\r\nspam");
    }

    @Test
    void sendsWhatNobodyScansWithAMarkWhenItIsReleased() throws Exception {
        var id = toScan("hi");

        assertThat(queue.apply(id, MessageQueue.Action.RELEASE)).isEqualTo(MessageQueue.Effect.CHANGED);

        assertThat(queue.judge(id, FOUND)).isFalse();
        startAnew();
        assertThat(mustTake(queue).id()).isEqualTo(id);
        assertThat(content(queue, id)).isEqualTo("X-Mailvane-Scan: none\r\nReceived: x\r\nhi");
    }

    @Test
    void judgesAMessageOnceAndNoneThatDoesNotWaitForIt() throws Exception {
        var judged = toScan("a");
        assertThat(queue.judge(judged, FOUND)).isTrue();
        assertThat(queue.judge(judged, CLEAN)).isFalse();
        assertThat(state(judged)).isEqualTo(MessageState.QUARANTINED);
        var deleted = toScan("b");
        queue.apply(deleted, MessageQueue.Action.DELETE);
        assertThat(queue.judge(deleted, CLEAN)).isFalse();
        assertThat(state(deleted)).isEqualTo(MessageState.SETTLED);
        var active = accept(queue, "c", "you@shop.example");
        assertThat(queue.judge(active, FOUND)).isFalse();
        assertThat(state(active)).isEqualTo(MessageState.ACTIVE);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"ACTIVE", "QUARANTINED"},
            mode = EnumSource.Mode.EXCLUDE)
    void makesAMessageNothingElse(MessageState state) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Judgement(state, FIELDS, "why"));
    }

    @Test
    void givesTheOldestFirstToBeScannedAndEachToOneAlone() throws Exception {
        var ids = new ArrayList<QueueId>();
        for (var content : List.of("a", "b", "c")) {
            ids.add(toScan(content));
        }
        assertThat(queue.counts().toScan()).isEqualTo(3);
        for (var id : ids) {
            assertThat(takeToScan()).contains(id);
        }
        assertThat(takeToScan()).isEmpty();
    }

    @Test
    void tellsSinceWhenTheOldestWaitsForItsScan() throws Exception {
        var begin = clock.instant();
        var first = toScan("a");
        clock.advance(Duration.ofSeconds(10));
        var second = toScan("b");
        assertThat(takeToScan()).contains(first);
        assertThat(queue.counts().oldestToScan()).contains(begin);

        queue.judge(first, CLEAN);
        assertThat(queue.counts().oldestToScan()).contains(begin.plusSeconds(10));
        queue.judge(second, FOUND);
        assertThat(queue.counts().oldestToScan()).isEmpty();
        assertThat(queue.counts().oldest()).contains(begin);
    }

    @Test
    void givesOneWithoutAVerdictAgainWhenItsWaitIsOver() throws Exception {
        var first = toScan("a");
        assertThat(takeToScan()).contains(first);
        var second = toScan("b");
        queue.scanLater(first, Duration.ofSeconds(10));

        assertThat(takeToScan()).contains(second);
        assertThat(takeToScan()).isEmpty();
        clock.advance(Duration.ofSeconds(10));
        assertThat(takeToScan()).contains(first);
    }

    @Test
    void givesNoneToBeScannedThatAnOperatorDeleted() throws Exception {
        var id = toScan("a");
        queue.apply(id, MessageQueue.Action.DELETE);
        assertThat(takeToScan()).isEmpty();
        queue.scanLater(id, Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(takeToScan()).isEmpty();
    }

    @Test
    void wakesWhoWaitsWhenAMessageComesThatIsToBeScanned() throws Exception {
        try (var waiting = Executors.newVirtualThreadPerTaskExecutor()) {
            var taken = waiting.submit(() -> queue.takeToScan(Duration.ofMinutes(1)));
            var id = toScan("a");
            assertThat(taken.get().map(ToScan::id)).contains(id);
        }
    }

    @Test
    void givesTheContentToBeScannedAsItCame() throws Exception {
        var content = FORGED + "Subject: hi\r\n\r\nhi\r\n";
        var id = accept(
                queue,
                content,
                new Acceptance(
                        QueueKit.envelope("you@shop.example"),
                        MessageState.TO_SCAN,
                        TRACE,
                        List.of(new Elision(0, FORGED.length()))));
        startAnew();
        assertThat(queue.takeToScan(Duration.ZERO))
                .contains(new ToScan(
                        id,
                        QueueKit.envelope("you@shop.example"),
                        "client[127.0.0.1]",
                        QueueKit.START,
                        content.length()));
        try (var received = queue.received(id)) {
            assertThat(new String(received.readAllBytes(), ISO_8859_1)).isEqualTo(content);
        }
    }

    @Test
    void showsWhyAMessageIsQuarantined() throws Exception {
        var scanned = toScan("spam");
        queue.judge(scanned, FOUND);
        var before = accept(
                queue,
                "virus",
                new Acceptance(
                        QueueKit.envelope("you@shop.example"),
                        MessageState.QUARANTINED,
                        TRACE,
                        List.of(),
                        "clamav: Eicar"));
        var shown =
                List.of(queue.show(scanned).orElseThrow(), queue.show(before).orElseThrow());
        assertThat(shown)
                .extracting(MessageDetail::recipients)
                .containsExactly(List.of(untried("builtin: a test virus")), List.of(untried("clamav: Eicar")));
        startAnew();
        assertThat(List.of(queue.show(scanned).orElseThrow(), queue.show(before).orElseThrow()))
                .isEqualTo(shown);
    }

    @Test
    void tellsTheLogWhyAMessageIsKeptAndNothingOfOneThatGoesOn() throws Exception {
        var kept = toScan("spam");
        var clean = toScan("ham");
        var log = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(Verdicts.class);
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        try {
            queue.judge(kept, FOUND);
            queue.judge(clean, CLEAN);
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("event=held qid=" + kept + " reason=\"builtin: a test virus\"");
    }

    private static MessageDetail.RecipientDetail untried(String why) {
        return new MessageDetail.RecipientDetail(RecipientState.ACTIVE, why, Optional.empty(), List.of());
    }

    /** A replicated store may keep the verdict whose writer was told that it was not kept; what is found then counts. */
    @Test
    void takesTheLaterOfTwoVerdictsAfterARestart() throws Exception {
        var id = toScan("spam");
        var unknown = store.copy();
        queue.judge(id, CLEAN);
        var inDoubt = store.copy();
        queue.close();
        try (var again = QueueKit.open(unknown, clock, QueueKit.DSN)) {
            again.judge(id, FOUND);
            inDoubt.put(unknown.lastName(), unknown.octets(unknown.lastName()));
        }
        queue = QueueKit.open(inDoubt, clock, QueueKit.DSN);
        assertThat(state(id)).isEqualTo(MessageState.QUARANTINED);
        assertThat(take(queue)).isEmpty();
    }

    @Test
    void staysWithAMessageThatIsCopiedForward() throws Exception {
        var kept = toScan("kept");
        queue.judge(kept, FOUND);
        var waiting = toScan("waiting");
        for (int i = 0; i < 4; i++) {
            var id = accept(queue, "x".repeat(65_500), "a@shop.example");
            mustTake(queue);
            queue.settle(id, List.of(relayed(0, clock.instant())));
        }
        assertThat(queue.reclaim()).isPositive();
        startAnew();
        assertThat(state(kept)).isEqualTo(MessageState.QUARANTINED);
        assertThat(content(queue, kept)).isEqualTo("X-Mailvane-Scan: builtin=clean\r\nReceived: x\r\nkept");
        assertThat(takeToScan()).contains(waiting);
        queue.judge(waiting, CLEAN);
        startAnew();
        assertThat(content(queue, waiting)).isEqualTo("X-Mailvane-Scan: builtin=clean\r\nReceived: x\r\nwaiting");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8_000, 65_536, 65_537, 200_000})
    void canLookAtContentBeforeItIsAMessage(int size) throws Exception {
        var octets = Stream.iterate(0, i -> i + 1)
                .limit(size)
                .map(i -> Character.toString('a' + i % 26))
                .reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append)
                .toString();
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(octets.getBytes(ISO_8859_1), 0, size);
            for (int time = 0; time < 2; time++) {
                try (var content = incoming.content()) {
                    assertThat(new String(content.readAllBytes(), ISO_8859_1)).isEqualTo(octets);
                }
            }
            assertThat(incoming.size()).isEqualTo(size);
            incoming.commit(QueueKit.acceptance(MessageState.ACTIVE));
            assertThat(content(queue, incoming.id())).isEqualTo(octets);
        }
    }
}
