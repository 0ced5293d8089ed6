package io.mailvane.sandbox;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

/** What a receiver has been told to do: its manner, and the addresses it refuses whatever that is. Safe for threads. */
final class Receiver {
    private static final long DEFAULT_GREYLIST_SECONDS = 5;
    private static final long DAY_SECONDS = 86_400;

    private final LongSupplier nanoTicker;
    /** By the text of the local address. */
    private final Map<String, Refusal> refused = new ConcurrentSkipListMap<>();

    private volatile ReceiverManner manner = new ReceiverManner.Accept();

    Receiver(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    Verdict judge(Attempt attempt) {
        var refusal = refused.get(attempt.client().getHostAddress());
        if (refusal != null && refusal.phase() == attempt.phase()) {
            return new Verdict.Refuse(refusal);
        }
        return manner.judge(attempt);
    }

    ReceiverManner manner() {
        return manner;
    }

    /** The refused addresses by their local text. */
    Map<String, Refusal> refused() {
        return Map.copyOf(refused);
    }

    /**
     * Changes what it does; {@code accept} forgets all that was said before.
     *
     * @param phase where it refuses, if the words say a reply
     * @throws UsageException if the words are none of {@link ReceiverManner#USAGE}
     */
    void answer(List<String> typed, Phase phase) {
        var words = new Words(typed, ReceiverManner.USAGE);
        switch (words.next()) {
            case "accept" -> {
                refused.clear();
                become(words, new ReceiverManner.Accept());
            }
            case "refuse-address" -> refuse(words, phase);
            case "reply" -> become(words, new ReceiverManner.Reply(Refusal.parse(phase, words.next())));
            case "greylist" ->
                become(words, new ReceiverManner.Greylist(seconds(words, DEFAULT_GREYLIST_SECONDS), nanoTicker));
            case "rate" -> {
                int most = (int) words.number(0, 1_000_000);
                become(
                        words,
                        new ReceiverManner.Rate(most, Duration.ofSeconds(words.number(1, DAY_SECONDS)), nanoTicker));
            }
            case "mute" -> become(words, new ReceiverManner.Mute());
            case "hang-up" -> become(words, new ReceiverManner.HangUp());
            default -> throw words.unknown();
        }
    }

    private void become(Words words, ReceiverManner changed) {
        words.end();
        manner = changed;
    }

    private static Duration seconds(Words words, long otherwise) {
        return Duration.ofSeconds(words.number(0, DAY_SECONDS, otherwise));
    }

    private void refuse(Words words, Phase phase) {
        var local = PublicAddresses.localOf(Words.ip(words.next()));
        var reply = words.hasNext() ? words.next() : blocked(PublicAddresses.seenFrom(local));
        words.end();
        refused.put(local.getHostAddress(), Refusal.parse(phase, reply));
    }

    private static String blocked(InetAddress seen) {
        return "550 5.7.1 Service unavailable; Client host [" + seen.getHostAddress() + "] blocked using bl.test";
    }
}
