package io.mailvane.route;

import io.mailvane.mail.SourceStanding.Growth;
import java.time.Duration;
import java.time.Instant;

/**
 * How far one provider has come to know an address of ours that is new: it is given so many recipients a day, and more the next day if most
 * of them were used and it did not mind. A day begins with its first recipient. Every method is a pure function of its arguments.
 *
 * @param step from 0; past the last one nothing limits
 * @param day when the last day began; {@link Instant#MIN} before the first
 * @param used recipients that the provider was given in it
 * @param slowed replies in it that asked for less
 * @param refused whether the provider refused the address in it
 * @param stopped whether in it a list claimed something of the address
 */
record WarmUp(int step, Instant day, long used, int slowed, boolean refused, boolean stopped) {
    /** Before the first mail. */
    static final WarmUp COLD = new WarmUp(0, Instant.MIN, 0, 0, false, false);

    /** After so many days without mail a provider knows the address no more. */
    static final Duration FORGOTTEN = Duration.ofDays(30);

    /** Parts of what it was given, to which a provider asked for less: of more than the one it does not advance, of the other it goes back. */
    private static final double SOME_SLOWED = 0.01;

    private static final double MANY_SLOWED = 0.03;
    private static final int BACK_AFTER_REFUSAL = 2;

    /** What time alone makes of it: once its day is over it stands where the next one will begin. */
    WarmUp at(Instant now, Growth growth, WarmUpSteps steps) {
        if (isRunning(now, steps)) {
            return this;
        }
        return ends(steps).plus(FORGOTTEN).isAfter(now)
                ? new WarmUp(next(growth, steps), day, 0, 0, false, false)
                : COLD;
    }

    boolean isRunning(Instant now, WarmUpSteps steps) {
        return now.isBefore(ends(steps));
    }

    /** When the day is over. */
    Instant ends(WarmUpSteps steps) {
        return day.plus(steps.day());
    }

    private int next(Growth growth, WarmUpSteps steps) {
        double minded = slowed == 0 ? 0 : slowed / (double) (used + slowed);
        if (refused) {
            return step;
        }
        if (minded >= MANY_SLOWED) {
            return Math.max(0, step - 1);
        }
        boolean isHeld = stopped || growth == Growth.STOPPED || minded >= SOME_SLOWED;
        return !isHeld && !isDone(steps) && used >= (ceiling(steps) + 1) / 2 ? step + 1 : step;
    }

    boolean isDone(WarmUpSteps steps) {
        return step >= steps.ceilings().size();
    }

    /** Recipients a day; {@link Long#MAX_VALUE} once it is done. */
    long ceiling(WarmUpSteps steps) {
        return isDone(steps) ? Long.MAX_VALUE : steps.ceilings().get(step);
    }

    /** Of one that is {@link #at} the present. */
    boolean has(int recipients, WarmUpSteps steps) {
        return isDone(steps) || used + recipients <= ceiling(steps);
    }

    /** Nothing is left to remember. */
    boolean isAtRest(Instant now, WarmUpSteps steps) {
        var present = at(now, Growth.GROWS, steps);
        return present.step == 0 && !present.isRunning(now, steps);
    }

    private WarmUp running(Instant now, Growth growth, WarmUpSteps steps) {
        var present = at(now, growth, steps);
        return new WarmUp(
                present.step,
                present.isRunning(now, steps) ? day : now,
                present.used,
                present.slowed,
                present.refused,
                present.stopped || growth == Growth.STOPPED);
    }

    /** The provider is given so many. */
    WarmUp taking(int recipients, Instant now, Growth growth, WarmUpSteps steps) {
        var running = running(now, growth, steps);
        return running.with(running.step, running.used + recipients);
    }

    /**
     * So many were not given to it after all.
     *
     * @param counted when they were: of a day that is over nothing can be given back
     */
    WarmUp givingBack(int recipients, Instant counted) {
        return counted.isBefore(day) ? this : with(step, Math.max(0, used - recipients));
    }

    /** It asks for less. After the day that is about what it was given in it: no other begins. */
    WarmUp slowing(Instant now, Growth growth, WarmUpSteps steps) {
        var heard = isRunning(now, steps) ? running(now, growth, steps) : this;
        return new WarmUp(heard.step, heard.day, heard.used, heard.slowed + 1, heard.refused, heard.stopped);
    }

    /**
     * It refuses the address: two steps back at once, and once a day, for what is on its way is refused too. After the day no other begins.
     */
    WarmUp refusing(Instant now, Growth growth, WarmUpSteps steps) {
        if (refused) {
            return this;
        }
        var back = (isRunning(now, steps) ? running(now, growth, steps) : at(now, growth, steps)).back();
        return new WarmUp(back.step, back.day, back.used, back.slowed, true, back.stopped);
    }

    /** Two steps: the address was out meanwhile, or refused. */
    WarmUp back() {
        return with(Math.max(0, step - BACK_AFTER_REFUSAL), used);
    }

    private WarmUp with(int other, long recipients) {
        return new WarmUp(other, day, recipients, slowed, refused, stopped);
    }
}
