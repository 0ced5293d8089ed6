package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.deferred;
import static io.mailvane.queue.QueueKit.failed;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damage of every kind to a small log that holds every kind of record. */
class ReplayTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final MemorySegmentStore store = new MemorySegmentStore();
    /** What had been acknowledged when the log was so long. */
    private final TreeMap<Long, Replayed> acknowledged = new TreeMap<>();

    /** A message and the DSN that it owed. */
    private List<QueueId> settledTogether = List.of();

    private String segment = "";
    private byte[] log = {};

    @BeforeEach
    void writeLog() throws Exception {
        try (var queue = QueueKit.open(store, clock, QueueKit.DSN)) {
            checkpoint();
            var waiting = accept(queue, "waits", "a@shop.example");
            checkpoint();
            var failing = accept(queue, "fails in part", "b@shop.example", "c@shop.example", "d@shop.example");
            checkpoint();
            var abandoned = queue.begin("gone[127.0.0.1]");
            abandoned.write(new byte[0], 0, 0);
            abandoned.close();
            assertThat(mustTake(queue).id()).isEqualTo(waiting);
            queue.settle(waiting, List.of(deferred(0, clock.instant())));
            checkpoint();
            assertThat(mustTake(queue).id()).isEqualTo(failing);
            queue.settle(failing, List.of(failed(1, clock.instant()), deferred(0, clock.instant())));
            checkpoint();
            queue.settle(failing, List.of(relayed(2, clock.instant())));
            checkpoint();
            queue.apply(waiting, MessageQueue.Action.HOLD);
            checkpoint();
            var dsn = mustTake(queue);
            settledTogether = List.of(failing, dsn.id());
            queue.settle(dsn.id(), List.of(relayed(0, clock.instant())));
            checkpoint();
            accept(queue, "to scan", QueueKit.acceptance(MessageState.TO_SCAN));
            checkpoint();
            queue.apply(waiting, MessageQueue.Action.RELEASE);
            checkpoint();
            var scanned = accept(queue, "scanned", QueueKit.acceptance(MessageState.TO_SCAN));
            checkpoint();
            queue.judge(
                    scanned,
                    new Judgement(MessageState.QUARANTINED, "X-Mailvane-Scan: found\r\n".getBytes(US_ASCII), "found"));
            checkpoint();
            queue.apply(scanned, MessageQueue.Action.RELEASE);
            checkpoint();
        }
        segment = store.lastName();
        log = store.octets(segment);
    }

    private void checkpoint() throws IOException {
        acknowledged.put(store.lastSize(), Replayed.of(store.copy()));
    }

    private Replayed undamaged() {
        return acknowledged.lastEntry().getValue();
    }

    private MemorySegmentStore with(byte[] damaged) {
        var copy = new MemorySegmentStore();
        copy.put(segment, damaged);
        return copy;
    }

    @Test
    void readsTheSameFromTheSealedLogAndFindsNothingWrong() throws IOException {
        assertThat(undamaged().queued()).hasSize(4);
        assertThat(undamaged().settled()).hasSize(1);
        assertThat(Replayed.of(store)).isEqualTo(undamaged());
        assertThat(Replayed.of(store, SegmentScan.Depth.EVERYTHING)).isEqualTo(undamaged());
    }

    @Test
    void findsExactlyWhatWasAcknowledgedWhereverTheLogIsTorn() throws IOException {
        for (int length = SegmentHeader.SIZE; length < log.length; length++) {
            var torn = Replayed.of(store.cut(length));
            var promised = acknowledged.floorEntry((long) length).getValue();

            assertThat(torn.queued()).as("cut at %s", length).isEqualTo(promised.queued());
            assertThat(torn.settled()).as("cut at %s", length).isEqualTo(promised.settled());
            assertThat(torn.findings()).as("cut at %s", length).isEmpty();
        }
    }

    @Test
    void findsNothingInALogTornWithinItsHeader() throws IOException {
        for (int length = 0; length < SegmentHeader.SIZE; length++) {
            assertThat(Replayed.of(store.cut(length)))
                    .isEqualTo(new Replayed(Map.of(), Map.of(), List.of(), List.of()));
        }
    }

    @Test
    void readsTheRestWhateverOctetIsDamagedAndSaysSo() throws IOException {
        var random = new Random(20260301);
        var spans = RecordSpan.of(store, segment);
        for (int at = 0; at < log.length; at++) {
            var damaged = log.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            var replayed = Replayed.of(with(damaged), SegmentScan.Depth.EVERYTHING);

            assertOthersUntouched(replayed, hitBy(spans, at), at);
            boolean said = !replayed.findings().isEmpty() || !replayed.remarks().isEmpty();
            assertThat(said).as("damage at %s is reported", at).isTrue();
        }
    }

    @Test
    void givesOutNothingWrongWhereDamageIsMetOnlyAtDelivery() throws IOException {
        for (var span : RecordSpan.of(store, segment)) {
            if (span.header().type() == RecordType.CHUNK) {
                for (int at = span.begin(); at < span.end(); at++) {
                    var damaged = log.clone();
                    damaged[at] ^= 1;
                    assertOthersUntouched(Replayed.of(with(damaged)), Optional.of(span), at);
                }
            }
        }
    }

    private static Optional<RecordSpan> hitBy(List<RecordSpan> spans, int at) {
        return spans.stream().filter(s -> s.begin() <= at && at < s.end()).findFirst();
    }

    /** A message that was hit may be gone, held or older; what is there has its own envelope and content or none. */
    private void assertOthersUntouched(Replayed replayed, Optional<RecordSpan> hit, int at) {
        var expected = new TreeMap<>(undamaged().queued());
        var seen = new TreeMap<>(replayed.queued());
        var contents = contents();
        seen.forEach((id, message) ->
                assertThat(message.content()).as("damage at %s", at).isIn(contents.get(id)));
        hit.filter(span -> span.header().type() != RecordType.SEAL).ifPresent(span -> {
            for (var id : touchedWith(span)) {
                expected.remove(id);
                seen.remove(id);
            }
        });
        assertThat(seen).as("damage at %s", at).isEqualTo(expected);
    }

    /** What each message may read as: as it was before its verdict, with its verdict, or not at all. */
    private Map<QueueId, Set<String>> contents() {
        var contents = new TreeMap<QueueId, Set<String>>();
        acknowledged
                .values()
                .forEach(state -> state.queued()
                        .forEach((id, m) -> contents.computeIfAbsent(
                                        id, unseen -> new TreeSet<>(Set.of(Replayed.UNREADABLE)))
                                .add(m.content())));
        return contents;
    }

    /** The message, and what stands and falls with it: a settlement and its DSN. */
    private List<QueueId> touchedWith(RecordSpan span) {
        var id = span.header().queueId();
        return settledTogether.contains(id) ? settledTogether : List.of(id);
    }

    @Test
    void countsARecordThatComesAgainOnce() throws IOException {
        for (var again : RecordSpan.of(store, segment)) {
            assertThat(withSecondSegment(again.octets(log))).as("%s", again).isEqualTo(undamaged());
        }
    }

    @Test
    void countsAWholeLogThatComesAgainOnce() throws IOException {
        var records = Arrays.copyOfRange(log, SegmentHeader.SIZE, log.length - RecordHeader.SIZE);

        assertThat(withSecondSegment(records)).isEqualTo(undamaged());
    }

    private Replayed withSecondSegment(byte[] records) throws IOException {
        var first = SegmentName.parse(segment);
        var second = new SegmentName(first.number() + 1, first.epoch(), first.salt());
        var twice = store.copy();
        var octets = new ByteArrayOutputStream();
        octets.writeBytes(new SegmentHeader(second, 0, "zone-a").encode());
        octets.writeBytes(records);
        twice.put(second.text(), octets.toByteArray());
        return Replayed.of(twice);
    }

    @Test
    void readsASegmentWithoutItsHeader() throws IOException {
        var damaged = log.clone();
        Arrays.fill(damaged, 0, SegmentHeader.SIZE, (byte) 0);
        var replayed = Replayed.of(with(damaged));

        assertThat(replayed.queued()).isEqualTo(undamaged().queued());
        assertThat(replayed.findings()).containsExactly("segment " + segment + " is damaged from 0 to 128");
    }

    @Test
    void refusesAnotherPartitionsSegments() throws IOException {
        assertThatThrownBy(() -> new Replay(store, SegmentScan.Depth.START).run(Optional.of("zone-b")))
                .isInstanceOf(IOException.class)
                .hasMessage("segment " + segment + " belongs to partition zone-a");
    }

    @Test
    void refusesALaterFormat() {
        var later = log.clone();
        later[11] = 2;
        var checksum = RecordHeader.checksum(later, 0, SegmentHeader.SIZE - 4);
        ByteBuffer.wrap(later).putInt(SegmentHeader.SIZE - 4, checksum);

        assertThatThrownBy(() -> Replayed.of(with(later)))
                .isInstanceOf(LaterFormatException.class)
                .hasMessage("segment " + segment + " was written by a later version of Mailvane: format 2");
    }

    @Test
    void refusesARecordOfALaterKindUnlessItMayBePassedOver() throws IOException {
        assertThat(withSecondSegment(recordOf(RecordType.IGNORABLE))).isEqualTo(undamaged());

        assertThatThrownBy(() -> withSecondSegment(recordOf(RecordType.LATER)))
                .isInstanceOf(LaterFormatException.class)
                .hasMessageEndingWith("was written by a later version of Mailvane: a record at 128");
    }

    private byte[] recordOf(RecordType type) throws IOException {
        var name = SegmentName.parse(segment);
        var buffer = new RecordBuffer(new RecordHeader.Stamp(name.epoch(), name.salt()), 100);
        buffer.beginRecord();
        buffer.putText("unheard of");
        buffer.endRecord(new RecordHeader.Label(type, 0, RecordHeader.NO_ID));
        return Arrays.copyOf(buffer.array(), buffer.size());
    }
}
