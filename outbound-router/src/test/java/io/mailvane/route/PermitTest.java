package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.smarthost;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.reply.ReplyClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever comes back, in whatever order, with whatever answer or none: one message at a time shows whether a way is open again. */
class PermitTest {
    private static final Allowed RELAY = Allowed.SMARTHOSTS_ONLY;

    /** Deliveries that are under way, some since before the way was closed. */
    private static final class History {
        private final Random random;
        private final World world = World.of(1, 1);
        private final List<Permit> underWay = new ArrayList<>();
        private boolean isDown;

        History(int seed) {
            random = new Random(seed);
        }

        void step() {
            world.after(Duration.ofSeconds(random.nextInt(90)));
            isDown ^= random.nextInt(40) == 0;
            var mail = world.mail(GENERIC);
            if (world.egress.choose(random.nextBoolean() ? World.allowed(mail, RELAY) : mail)
                    instanceof Decision.Send send) {
                underWay.add(send.permit());
            }
            if (!underWay.isEmpty() && random.nextInt(3) > 0) {
                end(underWay.remove(random.nextInt(underWay.size())));
            }
        }

        private void end(Permit permit) {
            boolean bySmarthost = permit.route().equals(smarthost("sh1"));
            if (bySmarthost && isDown) {
                world.egress.unreached(permit);
                return;
            }
            switch (random.nextInt(bySmarthost ? 3 : 4)) {
                case 0 -> world.egress.untried(permit, 1);
                case 1 -> world.egress.accepted(permit);
                case 2 -> world.hear(permit, world.mail(GENERIC), ReplyClass.RCPT_UNKNOWN, 1);
                default -> world.hear(permit, world.mail(GENERIC), ReplyClass.IP_BLOCK, random.nextInt(5));
            }
        }

        /** Those that were given a trial and have neither ended nor been lost. */
        long trials() {
            return underWay.stream()
                    .flatMap(permit -> permit.trial().stream())
                    .filter(lost -> lost.isAfter(world.now()))
                    .count();
        }

        /** Likewise of the source's lane: the next is due when the last counts no more. */
        long probes() {
            return underWay.stream()
                    .flatMap(permit -> permit.probe().stream().filter(next -> next.isAfter(world.now())))
                    .count();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void atMostOneMessageIsTheTrialOfAWay(int seed) {
        var history = new History(seed);
        int trials = 0;
        int probes = 0;
        for (int i = 0; i < 3_000; i++) {
            history.step();
            assertThat(history.trials()).isLessThanOrEqualTo(1);
            trials += (int) history.trials();
            probes += (int) history.probes();
        }
        assertThat(trials).isPositive();
        assertThat(probes).isPositive();
    }
}
