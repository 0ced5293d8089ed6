package io.mailvane.route;

import io.mailvane.route.RoutingSettings.Lanes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one provider thinks of one of our ways: the machine of source address × provider, and of smarthost × provider. Every
 * method is a pure function of its arguments; time never runs back.
 *
 * @param until when {@code COOLDOWN} or {@code BLOCKED} ends; while {@code PROBING}, when the next probe may leave
 * @param rung of the ladder that was last used; -1 before the first
 * @param probed probes that were taken since the lane was closed
 * @param strikes of the last half hour
 * @param rateReplies times of the last hour's
 * @param outage the last one; empty: none is known
 */
record Lane(
        State state,
        Instant since,
        Instant until,
        int rung,
        int probed,
        int rampStep,
        List<Strike> strikes,
        List<Instant> rateReplies,
        Optional<Throttle> throttle,
        Optional<Ramp> ramp,
        Optional<Outage> outage) {
    private static final Duration HOUR = Duration.ofHours(1);
    /** What is in flight when a lane closes may still be answered; more than this tells nothing new. */
    private static final int MOST_STRIKES = 8;

    /** How open a lane is. */
    enum State {
        OPEN,
        /** The provider asked for less. */
        SLOW,
        /** Refused once; closed for a while. */
        COOLDOWN,
        /** Refused for good reason; closed for long. */
        BLOCKED,
        /** One message now and then shows whether it is welcome again. */
        PROBING
    }

    /**
     * How the way back is measured, and what is told of it.
     *
     * @param since when it first closed, of all that it was closed since it last carried all of its mail; what it was on its way back
     *     between is left out
     * @param cause of the last time
     */
    record Outage(Instant since, Cause cause) {}

    /** Why it is closed. */
    enum Cause {
        REFUSED,
        ASKED_FOR_LESS
    }

    /** @param recipient tells recipients apart */
    record Strike(Instant at, int recipient) {}

    /** How much a refusal of our address weighs. */
    enum Weight {
        ONE,
        /** At the greeting, while a blacklist names the address: no second one is needed. */
        PROVEN
    }

    Lane {
        strikes = List.copyOf(strikes);
        rateReplies = List.copyOf(rateReplies);
    }

    static Lane open(Instant now) {
        return new Lane(
                State.OPEN,
                now,
                Instant.MAX,
                -1,
                0,
                0,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** What time alone makes of it. */
    Lane at(Instant now, RoutingSettings settings) {
        return switch (state) {
            case COOLDOWN, BLOCKED -> now.isBefore(until) ? this : with(State.PROBING, until, until);
            case SLOW -> throttle.filter(each -> !each.isOver(now)).isPresent() ? this : reopened(now);
            case OPEN, PROBING -> this;
        };
    }

    private Lane reopened(Instant now) {
        return new Lane(
                State.OPEN, now, Instant.MAX, rung, 0, rampStep, strikes, rateReplies, Optional.empty(), ramp, outage);
    }

    private Lane with(State next, Instant from, Instant to) {
        return new Lane(
                next, from, to, rung, 0, rampStep, strikes, rateReplies, Optional.empty(), Optional.empty(), outage);
    }

    /** When the provider last said something that is remembered. */
    Instant heardOf() {
        return Stream.concat(strikes.stream().map(Strike::at), rateReplies.stream())
                .filter(since::isBefore)
                .max(Instant::compareTo)
                .orElse(since);
    }

    /** Nothing is left to remember. */
    boolean isAtRest(Instant now, RoutingSettings settings) {
        return state == State.OPEN
                && share(now, settings).isWhole()
                && strikes.stream().allMatch(strike -> isOld(strike.at(), now, settings.strikeWindow()))
                && rateReplies.stream().allMatch(reply -> isOld(reply, now, HOUR));
    }

    private static boolean isOld(Instant at, Instant now, Duration age) {
        return !at.plus(age).isAfter(now);
    }

    /** Part of its usual mail that it may carry. */
    Share share(Instant now, RoutingSettings settings) {
        return ramp.map(each -> each.share(now, settings.ramp())).orElse(Share.WHOLE);
    }

    /** Our address was refused. */
    Lane struck(Strike strike, Weight weight, RoutingSettings settings) {
        var now = strike.at();
        var lane = at(now, settings);
        var recent = lane.recentStrikes(strike, settings.lanes());
        var after = lane.remembering(recent, settings, now);
        boolean bySeveral = recent.stream().map(Strike::recipient).distinct().count()
                >= settings.lanes().strikes();
        return switch (lane.state) {
            case BLOCKED -> after;
            case PROBING -> after.closed(State.BLOCKED, lane.rung + 1, now, settings);
            case OPEN, SLOW, COOLDOWN -> {
                if (bySeveral || weight == Weight.PROVEN) {
                    yield after.closed(State.BLOCKED, settings.lanes().rungAfterStrikes(), now, settings);
                }
                yield lane.state == State.COOLDOWN ? after : after.closed(State.COOLDOWN, 0, now, settings);
            }
        };
    }

    private List<Strike> recentStrikes(Strike strike, Lanes settings) {
        var recent = new ArrayList<Strike>();
        strikes.stream()
                .filter(each -> !isOld(each.at(), strike.at(), settings.strikesWithin()))
                .forEach(recent::add);
        if (recent.size() < MOST_STRIKES) {
            recent.add(strike);
        }
        return recent;
    }

    private Lane remembering(List<Strike> recent, RoutingSettings settings, Instant now) {
        int step = ramp.map(each -> each.stepBack(now, settings.ramp())).orElse(rampStep);
        return new Lane(state, since, until, rung, probed, step, recent, rateReplies, throttle, ramp, outage);
    }

    private Lane closed(State next, int onRung, Instant now, RoutingSettings settings) {
        int used = Math.min(onRung, settings.lanes().ladder().size() - 1);
        return new Lane(
                next,
                now,
                now.plus(settings.lanes().closedFor(used)),
                used,
                0,
                rampStep,
                strikes,
                rateReplies,
                Optional.empty(),
                Optional.empty(),
                Optional.of(outage(Cause.REFUSED, now, settings)));
    }

    /** As it closes, or closes anew. */
    private Outage outage(Cause cause, Instant now, RoutingSettings settings) {
        var before = outage.map(Outage::since);
        var from = switch (state) {
            case COOLDOWN, BLOCKED, PROBING -> before.orElse(since);
            case OPEN, SLOW ->
                share(now, settings).isWhole()
                        ? now
                        : before.map(each -> each.plus(
                                        Duration.between(ramp.orElseThrow().start(), now)))
                                .orElse(now);
        };
        return new Outage(from, cause);
    }

    /**
     * The provider wants less.
     *
     * @param observed messages a minute that were sent by this lane
     */
    Lane slowed(double observed, Instant now, RoutingSettings settings) {
        var lane = at(now, settings);
        var replies = new ArrayList<>(lane.rateReplies);
        replies.removeIf(reply -> isOld(reply, now, HOUR));
        replies.add(now);
        boolean closes = replies.size() >= settings.lanes().rateReplies();
        return switch (lane.state) {
            case COOLDOWN, BLOCKED, PROBING -> lane;
            case OPEN, SLOW ->
                closes
                        ? lane.cooled(now, settings)
                        : lane.slow(
                                lane.throttle
                                        .map(each -> each.cutAgain(now))
                                        .orElseGet(() ->
                                                Throttle.cut(settings.lanes().slow(), observed, now)),
                                replies,
                                now);
        };
    }

    private Lane cooled(Instant now, RoutingSettings settings) {
        return new Lane(
                State.COOLDOWN,
                now,
                now.plus(settings.lanes().rateCooldown()),
                0,
                0,
                rampStep,
                strikes,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(outage(Cause.ASKED_FOR_LESS, now, settings)));
    }

    private Lane slow(Throttle cut, List<Instant> replies, Instant now) {
        return new Lane(
                State.SLOW,
                state == State.SLOW ? since : now,
                Instant.MAX,
                rung,
                0,
                rampStep,
                strikes,
                replies,
                Optional.of(cut),
                ramp,
                outage);
    }

    /** Takes what a message by this lane needs: a token, or the probe. */
    Lane taken(Instant now, RoutingSettings settings) {
        var lane = at(now, settings);
        return switch (lane.state) {
            case SLOW -> lane.slow(lane.throttle.map(each -> each.take(now)).orElseThrow(), lane.rateReplies, now);
            case PROBING -> lane.probing(now.plus(HOUR.dividedBy(lane.probesPerHour(settings.lanes()))));
            case OPEN, COOLDOWN, BLOCKED -> lane;
        };
    }

    /** What was taken was not used: the probe may leave, the token is there again. */
    Lane untaken(Permit permit, Instant now) {
        return switch (state) {
            case SLOW ->
                permit.laneToken()
                        ? slow(throttle.map(each -> each.giveBack(now)).orElseThrow(), rateReplies, now)
                        : this;
            case PROBING -> isProbe(permit) && now.isBefore(until) ? probing(now) : this;
            case OPEN, COOLDOWN, BLOCKED -> this;
        };
    }

    /** Whether a message that was to leave by it may do so now: one that a slow lane gave a token keeps it. */
    boolean lets(Permit permit, Instant now, RoutingSettings settings) {
        var lane = at(now, settings);
        return switch (lane.state) {
            case OPEN -> true;
            case SLOW -> permit.laneToken();
            case COOLDOWN, BLOCKED -> false;
            case PROBING -> lane.isProbe(permit);
        };
    }

    /** Whether the provider is to hear nothing of it for a while. */
    boolean isClosed() {
        return state == State.COOLDOWN || state == State.BLOCKED;
    }

    private boolean isProbe(Permit permit) {
        return permit.probe().filter(until::equals).isPresent();
    }

    /** Whether the provider refused it, and took no probe since that shows otherwise. */
    boolean isRefused(Instant now, RoutingSettings settings) {
        return switch (at(now, settings).state) {
            case OPEN, SLOW -> false;
            case COOLDOWN, BLOCKED, PROBING -> outage.map(Outage::cause).orElse(Cause.REFUSED) == Cause.REFUSED;
        };
    }

    /** Whether nothing may leave by it, not even a probe. */
    boolean isShut(Instant now, RoutingSettings settings) {
        return switch (at(now, settings).state) {
            case OPEN, SLOW -> false;
            case COOLDOWN, BLOCKED, PROBING -> now.isBefore(until);
        };
    }

    private Lane probing(Instant next) {
        return new Lane(
                state,
                since,
                next,
                rung,
                probed,
                rampStep,
                strikes,
                rateReplies,
                Optional.empty(),
                Optional.empty(),
                outage);
    }

    private int probesPerHour(Lanes settings) {
        int passed = probed;
        for (int stage : settings.probesPerHour()) {
            if (passed < stage) {
                return stage;
            }
            passed -= stage;
        }
        return settings.probesPerHour().getLast();
    }

    /** The provider took a message by this lane. While it is probed, only the probe shows something. */
    Lane accepted(Permit permit, Instant now, RoutingSettings settings) {
        var lane = at(now, settings);
        if (lane.state != State.PROBING || !lane.isProbe(permit)) {
            return lane;
        }
        int passed = lane.probed + 1;
        boolean isWelcome = lane.rung == 0
                || passed
                        >= settings.lanes().probesPerHour().stream()
                                .mapToInt(each -> each)
                                .sum();
        if (isWelcome) {
            var out = Duration.between(lane.outage.map(Outage::since).orElse(lane.since), now);
            var back = Ramp.begin(now, lane.rampStep, out, settings.ramp());
            return new Lane(
                    State.OPEN,
                    now,
                    Instant.MAX,
                    lane.rung,
                    0,
                    0,
                    lane.strikes,
                    List.of(),
                    Optional.empty(),
                    Optional.of(back),
                    lane.outage);
        }
        return new Lane(
                lane.state,
                lane.since,
                lane.until,
                lane.rung,
                passed,
                lane.rampStep,
                lane.strikes,
                lane.rateReplies,
                Optional.empty(),
                Optional.empty(),
                lane.outage);
    }
}
