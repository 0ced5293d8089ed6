package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStreamingIT {
    @TempDir
    Path directory;

    /** Takes messages at once, each with half of its content there before any ends, and then reads all at once. */
    static final class Sessions {
        private final MessageQueue queue;
        private final int octets;
        private final CyclicBarrier half;

        private Sessions(MessageQueue queue, int sessions, int octets) {
            this.queue = queue;
            this.octets = octets;
            this.half = new CyclicBarrier(sessions);
        }

        public static void main(String[] arguments) throws Exception {
            int sessions = Integer.parseInt(arguments[1]);
            int octets = Integer.parseInt(arguments[2]);
            var settings = new QueueSettings("zone-a", QueueKit.RETRY, QueueSettings.DEFAULT_SEGMENT_SIZE, 100);
            try (var queue = MessageQueue.open(
                    settings,
                    new FileSegmentStore(Path.of(arguments[0])),
                    occasion -> Optional.empty(),
                    InstantSource.system())) {
                System.out.println(new Sessions(queue, sessions, octets).run(sessions));
            }
        }

        private long run(int sessions) throws Exception {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var incoming = new ArrayList<Callable<QueueId>>();
                for (int i = 0; i < sessions; i++) {
                    int session = i;
                    incoming.add(() -> take(session));
                }
                var reads = new ArrayList<Callable<Long>>();
                int session = 0;
                for (var taken : threads.invokeAll(incoming)) {
                    var id = taken.get();
                    int number = session++;
                    reads.add(() -> read(id, number));
                }
                long read = 0;
                for (var octetsRead : threads.invokeAll(reads)) {
                    read += octetsRead.get();
                }
                return read;
            }
        }

        private QueueId take(int session) throws Exception {
            try (var incoming = queue.begin("client[127.0.0.1]")) {
                write(incoming, session, 0, octets / 2);
                half.await();
                write(incoming, session, octets / 2, octets);
                incoming.commit(QueueKit.acceptance(MessageState.HELD));
                return incoming.id();
            }
        }

        private static void write(IncomingMessage incoming, int session, int from, int to)
                throws QueueUnavailableException {
            var line = new byte[8 << 10];
            for (int at = from; at < to; at += line.length) {
                int length = Math.min(line.length, to - at);
                for (int i = 0; i < length; i++) {
                    line[i] = octet(session, at + i);
                }
                incoming.write(line, 0, length);
            }
        }

        private static byte octet(int session, int at) {
            return (byte) (session * 31 + at + (at >>> 8) * 7);
        }

        private long read(QueueId id, int session) throws IOException {
            try (InputStream content = queue.content(id)) {
                var into = new byte[8 << 10];
                int at = 0;
                for (int got = content.read(into); got > 0; got = content.read(into)) {
                    for (int i = 0; i < got; i++) {
                        if (into[i] != octet(session, at + i)) {
                            throw new IOException("session " + session + " differs at " + (at + i));
                        }
                    }
                    at += got;
                }
                return at;
            }
        }
    }

    @Test
    void streamsTwoHundredMessagesOfTwentyMegabytesAtOnceInASmallHeap() throws Exception {
        int sessions = 200;
        int octets = 20_000_000;
        var process = Jvm.start(
                Sessions.class,
                List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
                directory.resolve("zone-a").toString(),
                String.valueOf(sessions),
                String.valueOf(octets));
        var output = Jvm.output(process);

        assertThat(output.lines().toList().getLast()).as(output).isEqualTo(String.valueOf((long) sessions * octets));
        assertThat(process.waitFor()).isZero();
    }
}
