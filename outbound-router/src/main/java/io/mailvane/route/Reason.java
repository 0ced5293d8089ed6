package io.mailvane.route;

import io.mailvane.mail.SourceStanding;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Why a way is as good or bad as it is. Put into words only when somebody reads it. */
sealed interface Reason {
    String words();

    /** An address in a state that does not send. */
    record State(SourceStanding standing) implements Reason {
        @Override
        public String words() {
            return standing.state() + ": " + standing.why();
        }
    }

    record Penalty(SourceStanding standing, double penalty, String provider) implements Reason {
        @Override
        public String words() {
            return penalty == 0
                    ? standing.why()
                    : String.format(Locale.ROOT, "penalty %.0f at %s: %s", penalty, provider, standing.why());
        }
    }

    record Smarthost(int place) implements Reason {
        @Override
        public String words() {
            return place == 0 ? "the first smarthost" : "smarthost number " + (place + 1);
        }
    }

    record SlowGreeting(Duration usual) implements Reason {
        @Override
        public String words() {
            return "greets in " + usual.toSeconds() + " s: half its weight among smarthosts of its order";
        }
    }

    /** Words that stand for themselves. */
    enum Plain implements Reason {
        DIRECT_OFF("direct delivery is off"),
        UNREACHED("the destination gave no connection in this round"),
        NOT_ITS_FALLBACK("not a fallback of the recipient's domain"),
        REFUSED("did not take this message in this round"),
        UNABLE("cannot set out from this address for the destination"),
        BULK("smarthosts are not paid for bulk mail"),
        PROBE("asks whether we are welcome again"),
        LAST_RESORT_OFF("an address of last resort, and when-no-route is hold"),
        TOO_BIG("takes no message of this size"),
        TRIAL("next: a trial shows whether it is well again"),
        ASKS_FOR_QUOTA("said that its quota of the day is used up; next: one message asks whether it takes more"),
        HOST("the host's own choice of address, nothing is monitored");

        private final String words;

        Plain(String words) {
            this.words = words;
        }

        @Override
        public String words() {
            return words;
        }
    }

    record Surplus(double share) implements Reason {
        @Override
        public String words() {
            return carries(share) + ", and this is not among it";
        }
    }

    record SurplusOfBulk(double share) implements Reason {
        @Override
        public String words() {
            return carries(share) + "; bulk mail that is not among it waits until it carries more";
        }
    }

    record WarmingUp(WarmUp lane, WarmUpSteps steps, String provider) implements Reason {
        @Override
        public String words() {
            return lane.isDone(steps)
                    ? "its warm-up at " + provider + " is done"
                    : "step " + (lane.step() + 1) + " of " + steps.ceilings().size() + " of its warm-up at " + provider
                            + ": " + used(lane, steps) + " recipients a day are used";
        }
    }

    /**
     * @param recipients of the message
     * @param more when there are; {@link Instant#MAX} if the message has more than a whole day
     */
    record WarmUpUsed(WarmUp lane, WarmUpSteps steps, String provider, int recipients, Instant more) implements Reason {
        @Override
        public String words() {
            boolean isFull = lane.used() >= lane.ceiling(steps);
            return used(lane, steps) + " recipients a day of its warm-up at " + provider + " are used"
                    + (isFull ? "" : ", and this message has " + recipients)
                    + (more.equals(Instant.MAX) ? "" : "; more at " + seconds(more));
        }
    }

    record WarmUpUsedForBulk(WarmUpUsed used) implements Reason {
        @Override
        public String words() {
            return used.words() + ", for which bulk mail waits";
        }
    }

    record MoreThanADay(WarmUp lane, WarmUpSteps steps, String provider, int recipients) implements Reason {
        @Override
        public String words() {
            return "its " + recipients + " recipients are more than the " + lane.ceiling(steps)
                    + " that a day of the warm-up at " + provider + " has: it has a day's to itself";
        }
    }

    record Closed(Lane lane, String provider) implements Reason {
        @Override
        public String words() {
            var did = lane.outage()
                    .map(outage -> switch (outage.cause()) {
                        case REFUSED -> " refused it";
                        case ASKED_FOR_LESS -> " asked for less";
                    })
                    .orElse(" refused it");
            return lane.state() + ": " + provider + did + "; closed until " + seconds(lane.until());
        }
    }

    record Probing(String provider, Instant next) implements Reason {
        @Override
        public String words() {
            return "PROBING at " + provider + ": the next message is due at " + seconds(next);
        }
    }

    record Slow(String provider, double perMinute) implements Reason {
        @Override
        public String words() {
            return String.format(Locale.ROOT, "%s wants less: %.1f a minute", provider, perMinute);
        }
    }

    record Struck(String provider, int most, Duration window) implements Reason {
        @Override
        public String words() {
            return provider + " refused " + most + " addresses of ours within " + window.toHours()
                    + " h: no further one is tried";
        }
    }

    record OthersUnderWay(String provider, int most) implements Reason {
        @Override
        public String words() {
            return "waits until less is under way to " + provider + ", which may refuse " + most
                    + " addresses of ours and no more";
        }
    }

    record BreakerOpen(Breaker.State state, Instant until) implements Reason {
        @Override
        public String words() {
            return switch (state) {
                case OPEN_FOR_AUTH -> "refuses our credentials; left alone until " + seconds(until);
                case HALF_OPEN -> "a delivery shows whether it is well again";
                case OPEN, CLOSED -> "cannot be reached; left alone until " + seconds(until);
            };
        }
    }

    /** Whatever we counted: others may use the account too. */
    record QuotaSaid(Instant until) implements Reason {
        @Override
        public String words() {
            return "says that its quota of the day is used up; asked again after " + seconds(until);
        }
    }

    record QuotaUsed(long used, long most, Instant until) implements Reason {
        @Override
        public String words() {
            return used + " of " + most + " recipients a day are used; frees at " + seconds(until);
        }
    }

    /** There is some of it left, but not for mail that can wait. */
    record QuotaKept(long used, long most, MailClass mailClass, Instant until) implements Reason {
        @Override
        public String words() {
            return used + " of " + most + " recipients a day are used, the rest is kept for more urgent mail than "
                    + mailClass.name().toLowerCase(Locale.ROOT) + "; frees at " + seconds(until);
        }
    }

    record SenderRefused(String domain, Instant until) implements Reason {
        @Override
        public String words() {
            return "takes no mail from " + (domain.isEmpty() ? "<>" : domain) + ", it said; asked again after "
                    + seconds(until);
        }
    }

    private static String carries(double share) {
        return "carries " + Math.round(share * 100) + " % of its mail on the way back";
    }

    private static String used(WarmUp lane, WarmUpSteps steps) {
        return lane.used() + " of " + lane.ceiling(steps);
    }

    private static Instant seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }
}
