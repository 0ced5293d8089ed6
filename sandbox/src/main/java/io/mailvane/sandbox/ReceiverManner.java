package io.mailvane.sandbox;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/** How a receiver treats whoever comes. Safe for threads. */
sealed interface ReceiverManner {
    String USAGE =
            "accept | refuse-address IP [REPLY] | reply REPLY | greylist [SECONDS] | rate COUNT SECONDS | mute | hang-up";

    Verdict judge(Attempt attempt);

    /** What people type for it. */
    String words();

    /** Takes everything. */
    record Accept() implements ReceiverManner {
        @Override
        public Verdict judge(Attempt attempt) {
            return new Verdict.Go();
        }

        @Override
        public String words() {
            return "accept";
        }
    }

    /** Says one reply to everyone. */
    record Reply(Refusal refusal) implements ReceiverManner {
        @Override
        public Verdict judge(Attempt attempt) {
            return attempt.phase() == refusal.phase() ? new Verdict.Refuse(refusal) : new Verdict.Go();
        }

        @Override
        public String words() {
            return "reply " + refusal.text();
        }
    }

    /** Connects and is silent. */
    record Mute() implements ReceiverManner {
        @Override
        public Verdict judge(Attempt attempt) {
            return new Verdict.Mute();
        }

        @Override
        public String words() {
            return "mute";
        }
    }

    /** Connects and closes. */
    record HangUp() implements ReceiverManner {
        @Override
        public Verdict judge(Attempt attempt) {
            return new Verdict.HangUp();
        }

        @Override
        public String words() {
            return "hang-up";
        }
    }

    /** Takes mail of an unknown client, reverse-path and forward-path at a later attempt alone (RFC 6647). */
    final class Greylist implements ReceiverManner {
        private static final int MOST_REMEMBERED = 10_000;

        private final Duration delay;
        private final LongSupplier nanoTicker;
        private final SequencedMap<Attempt, Long> firstSeenNanos = new LinkedHashMap<>();

        Greylist(Duration delay, LongSupplier nanoTicker) {
            this.delay = delay;
            this.nanoTicker = nanoTicker;
        }

        @Override
        public synchronized Verdict judge(Attempt attempt) {
            if (attempt.phase() != Phase.RCPT) {
                return new Verdict.Go();
            }
            long now = nanoTicker.getAsLong();
            var first = firstSeenNanos.putIfAbsent(attempt, now);
            if (firstSeenNanos.size() > MOST_REMEMBERED) {
                firstSeenNanos.pollFirstEntry();
            }
            if (first != null && now - first >= delay.toNanos()) {
                return new Verdict.Go();
            }
            return new Verdict.Refuse(new Refusal(
                    Phase.RCPT, List.of("450 4.7.1 Greylisted, come back in " + delay.toSeconds() + " seconds")));
        }

        @Override
        public String words() {
            return "greylist " + delay.toSeconds();
        }
    }

    /** Takes so many transactions of one address in each stretch of time. */
    final class Rate implements ReceiverManner {
        private final int most;
        private final Duration window;
        private final LongSupplier nanoTicker;
        private final Map<InetAddress, Deque<Long>> begunNanos = new LinkedHashMap<>();

        Rate(int most, Duration window, LongSupplier nanoTicker) {
            this.most = most;
            this.window = window;
            this.nanoTicker = nanoTicker;
        }

        @Override
        public synchronized Verdict judge(Attempt attempt) {
            if (attempt.phase() != Phase.MAIL) {
                return new Verdict.Go();
            }
            long now = nanoTicker.getAsLong();
            var begun = begunNanos.computeIfAbsent(attempt.client(), client -> new ArrayDeque<>());
            while (!begun.isEmpty() && now - begun.peek() >= window.toNanos()) {
                begun.poll();
            }
            if (begun.size() < most) {
                begun.add(now);
                return new Verdict.Go();
            }
            var seen = PublicAddresses.seenFrom(attempt.client()).getHostAddress();
            return new Verdict.Refuse(new Refusal(
                    Phase.MAIL,
                    List.of("450 4.7.1 Too much mail from your IP address [" + seen + "], try again later")));
        }

        @Override
        public String words() {
            return "rate " + most + " " + window.toSeconds();
        }
    }
}
