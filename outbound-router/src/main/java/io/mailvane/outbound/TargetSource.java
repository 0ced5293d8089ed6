package io.mailvane.outbound;

import java.util.List;

/** Whom a site connects to, asked at each connection. Any number of threads; may block for DNS. */
@FunctionalInterface
interface TargetSource {
    Targets targets();

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
    }
}
