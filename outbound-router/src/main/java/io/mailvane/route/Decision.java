package io.mailvane.route;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which way a message takes now, or why none. */
public sealed interface Decision {
    /** Every way that there is, as it was found. */
    List<Candidate> candidates();

    /** One sentence. */
    String why();

    /**
     * @param purpose what it is chosen for
     * @param permit what the message took, if it is to be sent indeed
     */
    record Send(Candidate chosen, Purpose purpose, List<Candidate> candidates, Permit permit) implements Decision {
        public Send {
            candidates = List.copyOf(candidates);
        }

        Send with(Permit taken) {
            return new Send(chosen, purpose, candidates, taken);
        }

        @Override
        public String why() {
            var first = chosen.reasons().getFirst();
            return switch (purpose) {
                case BEST -> chosen.tier() + ": " + first;
                case PIN -> chosen.tier() + ", as before: " + first;
                case PROBE -> Reason.Plain.PROBE.words();
            };
        }
    }

    /**
     * @param until when a way may be open; empty: time alone opens none
     */
    record Hold(HoldReason reason, Optional<Instant> until, List<Candidate> candidates) implements Decision {
        private static final int MOST_NAMED = 3;

        public Hold {
            candidates = List.copyOf(candidates);
        }

        @Override
        public String why() {
            var ways = candidates.stream()
                    .limit(MOST_NAMED)
                    .map(each -> each.route().name() + " " + each.reasons().getFirst());
            return reason.words() + ": " + ways.collect(Collectors.joining("; "));
        }
    }

    /** What a way is chosen for. */
    enum Purpose {
        BEST,
        /** A receiver waits for it, or may have the message already. */
        PIN,
        /** To find out whether the address is welcome again. */
        PROBE
    }

    /** Why nothing is sent. */
    enum HoldReason {
        NO_ROUTE("no way out is open for it"),
        PACED("waits its turn on a way that takes no more just now"),
        ENOUGH_SWITCHES("was refused by as many ways as one round may try");

        private final String words;

        HoldReason(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }
}
