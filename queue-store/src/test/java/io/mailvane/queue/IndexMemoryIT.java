package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.MessageState;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexMemoryIT {
    /** Octets of heap that a queued message of one recipient and one chunk costs, {@code docs/queue-format.md} says. */
    private static final int MOST_OCTETS = 360;

    /** Prints what a message costs where so many are queued. */
    static final class Measurement {
        private Measurement() {}

        public static void main(String[] arguments) {
            int messages = Integer.parseInt(arguments[0]);
            var clock = new QueueKit.Clock();
            var ids = new QueueIds("zone-a", clock, 0);
            var index = new Index(clock, () -> true);
            var commit = new Payloads.Commit(
                    MessageState.ACTIVE,
                    "client[127.0.0.1]",
                    Payloads.Content.bare(4096),
                    QueueKit.envelope("you@shop.example"),
                    List.of());
            long before = used();
            for (int i = 0; i < messages; i++) {
                var placement = new Placement(
                        Location.of(1, i), new long[] {Location.of(1, i)}, new int[] {4096}, Location.of(1, i), 200);
                index.add(new Entry(ids.next(), QueueKit.START, placement, commit));
            }
            System.out.println((used() - before) / messages);
            System.out.println(index.counts().total());
        }

        private static long used() {
            var memory = ManagementFactory.getMemoryMXBean();
            memory.gc();
            return memory.getHeapMemoryUsage().getUsed();
        }
    }

    @Test
    void keepsAMillionMessagesInAFewHundredOctetsEach() throws Exception {
        var output = Jvm.output(Jvm.start(Measurement.class, List.of("-Xmx700m"), "1000000"));
        var lines = output.lines().toList();

        assertThat(lines).as(output).hasSize(2);
        assertThat(Integer.parseInt(lines.getFirst())).isLessThan(MOST_OCTETS);
        assertThat(lines.getLast()).isEqualTo("1000000");
    }
}
