package io.mailvane.outbound;

import io.mailvane.mail.QueueId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Whom a site connects to, asked at each connection. Any number of threads; may block for DNS. */
@FunctionalInterface
interface TargetSource {
    /** @param message gets its hosts of equal preference in the same order at each asking, so that its retries come to all of them */
    Targets targets(QueueId message);

    /**
     * @param targets in the order of preference; may be empty
     * @param problem one sentence: why there is none, or why some are missing; "" if all is well
     * @param side whose fault it is that there is none
     */
    record Targets(List<Target> targets, String problem, DeliveryReport.Side side) {
        public Targets(List<Target> targets, String problem) {
            this(targets, problem, DeliveryReport.Side.THEIRS);
        }

        public Targets {
            targets = List.copyOf(targets);
        }

        /** The same, those behind the host of {@code relay} first, and then from the best again. */
        Targets behind(String relay) {
            var host =
                    targets.stream().filter(each -> each.relay().equals(relay)).findFirst();
            int last = IntStream.range(0, targets.size())
                    .filter(i -> host.filter(targets.get(i)::isSameHost).isPresent())
                    .max()
                    .orElse(-1);
            var turned = new ArrayList<>(targets);
            Collections.rotate(turned, -(last + 1));
            return new Targets(turned, problem, side);
        }
    }
}
