package io.mailvane.route;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        private static final int MOST_ADDRESSES = 3;
        private static final int MOST_SMARTHOSTS = 5;
        /** Characters, of all ways together: pages, peers and replies bear so much. */
        private static final int MOST_SAID = 360;

        public Hold {
            candidates = List.copyOf(candidates);
        }

        /** The first addresses of ours and how many more there are, and the smarthosts: why each is not open. */
        @Override
        public String why() {
            var byKind = candidates.stream()
                    .collect(Collectors.partitioningBy(each -> each.route().kind() == Route.Kind.SMARTHOST));
            var addresses = byKind.getOrDefault(false, List.of());
            var smarthosts = byKind.getOrDefault(true, List.of());
            var said = Stream.concat(
                            addresses.stream().limit(MOST_ADDRESSES),
                            smarthosts.stream().limit(MOST_SMARTHOSTS))
                    .map(Hold::said)
                    .toList();
            int room = room(said);
            var ways = new ArrayList<String>();
            said.forEach(each -> ways.add(cut(each, room)));
            more(addresses.size() - MOST_ADDRESSES, "of our addresses")
                    .ifPresent(words -> ways.add(MOST_ADDRESSES, words));
            more(smarthosts.size() - MOST_SMARTHOSTS, "of the smarthosts").ifPresent(ways::add);
            return reason.words() + ": " + String.join("; ", ways);
        }

        private static String said(Candidate way) {
            return way.route().name() + " " + way.reasons().getFirst();
        }

        private static Optional<String> more(int many, String whose) {
            return many > 0 ? Optional.of(many + " more " + whose) : Optional.empty();
        }

        /** How much each may say so that together they do not say too much: what short ones leave is the long ones'. */
        private static int room(List<String> said) {
            int left = MOST_SAID;
            var lengths = said.stream().map(String::length).sorted().toList();
            for (int i = 0; i < lengths.size(); i++) {
                int share = left / (lengths.size() - i);
                if (lengths.get(i) > share) {
                    return share;
                }
                left -= lengths.get(i);
            }
            return MOST_SAID;
        }

        private static String cut(String words, int most) {
            return words.length() <= most ? words : words.substring(0, most - 1) + "\u2026";
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
        /** Addresses of ours and smarthosts alike. */
        REFUSED_BY_ALL("the receiver refuses us by every way: the mail is the problem, not the address"),
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
