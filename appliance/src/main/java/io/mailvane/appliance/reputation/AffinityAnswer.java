package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.Reputation.Lesson;
import io.mailvane.dnsbl.Reputation.ReceiverView;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How much a receiver goes by a list, as REST tells it: what a listing weighs there is multiplied by that.
 *
 * @param provider {@code *}: all that are not named
 * @param factor as it is reckoned with
 * @param shipped as the catalogue has it
 * @param learned what the receiver did last that says something of it
 */
public record AffinityAnswer(String provider, double factor, double shipped, Optional<LessonAnswer> learned) {
    private static final int HOUR = 3600;
    private static final int MINUTE = 60;

    public AffinityAnswer {
        provider = Bounds.name(provider);
        Objects.requireNonNull(learned, "learned");
    }

    /**
     * @param by {@code cited}, or {@code took}: mail from what is listed
     * @param until so long it holds
     * @param reply that cited the list, a stranger's words; empty if it took mail
     * @param messages that it took; empty if it cited
     * @param withinSeconds in which it took them; empty if it cited
     */
    public record LessonAnswer(
            String by,
            Instant at,
            Instant until,
            Optional<String> reply,
            Optional<Long> messages,
            Optional<Long> withinSeconds) {
        public LessonAnswer {
            by = Bounds.name(by);
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(until, "until");
            reply = reply.map(Bounds::text);
            Objects.requireNonNull(messages, "messages");
            Objects.requireNonNull(withinSeconds, "withinSeconds");
        }

        public boolean cites() {
            return by.equals("cited");
        }

        /** The time in which it took them, for people. */
        public String within() {
            return withinSeconds.map(LessonAnswer::words).orElse("");
        }

        private static String words(long seconds) {
            if (seconds % HOUR == 0) {
                return seconds / HOUR + " h";
            }
            return seconds % MINUTE == 0 ? seconds / MINUTE + " min" : seconds + " s";
        }

        private static LessonAnswer of(Lesson lesson) {
            return switch (lesson) {
                case Lesson.Cited cited ->
                    new LessonAnswer(
                            "cited",
                            cited.at(),
                            cited.until(),
                            Optional.of(cited.reply()),
                            Optional.empty(),
                            Optional.empty());
                case Lesson.Took took ->
                    new LessonAnswer(
                            "took",
                            took.at(),
                            took.until(),
                            Optional.empty(),
                            Optional.of(took.messages()),
                            Optional.of(took.within().toSeconds()));
            };
        }
    }

    /** For people: who. */
    public String who() {
        return provider.equals("*") ? "all others" : provider;
    }

    /** For people: how much. */
    public String howMuch() {
        return factor == shipped ? factor + " (as shipped)" : factor + " (shipped: " + shipped + ")";
    }

    static AffinityAnswer of(ReceiverView receiver) {
        return new AffinityAnswer(
                receiver.provider(),
                receiver.affinity(),
                receiver.shipped(),
                receiver.lesson().map(LessonAnswer::of));
    }
}
