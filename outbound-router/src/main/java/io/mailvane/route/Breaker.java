package io.mailvane.route;

import io.mailvane.route.RoutingSettings.Smarthosts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a smarthost can be reached and knows us: closed, it is used; open, it is left alone for a while; then a few
 * deliveries, one by one, show whether it is well.
 *
 * @param until when it may be tried; of a probe under way, when it counts as lost
 * @param opened how often in a row
 * @param results of the last deliveries, oldest first; while it is tried, of the trials that succeeded the last
 */
record Breaker(State state, Instant until, int opened, int probesLeft, int inRow, List<Result> results) {
    static final Duration PROBE_LOST = Duration.ofMinutes(5);

    /** Whether it lets mail through. */
    enum State {
        CLOSED,
        OPEN,
        /** Credentials were refused: to try again soon would get the account locked. */
        OPEN_FOR_AUTH,
        HALF_OPEN
    }

    record Result(Instant at, boolean reached) {}

    static final Breaker CLOSED = new Breaker(State.CLOSED, Instant.MIN, 0, 0, 0, List.of());

    Breaker {
        results = List.copyOf(results);
    }

    boolean lets(Instant now) {
        return state == State.CLOSED || !now.isBefore(until);
    }

    /** Whether a delivery has shown that it is well. That the time is past for which it was left alone shows nothing. */
    boolean isProven() {
        return switch (state) {
            case CLOSED -> true;
            case HALF_OPEN -> !results.isEmpty();
            case OPEN, OPEN_FOR_AUTH -> false;
        };
    }

    /** A delivery begins. */
    Breaker taken(Instant now, Smarthosts settings) {
        return switch (state) {
            case CLOSED -> this;
            case OPEN, OPEN_FOR_AUTH ->
                new Breaker(State.HALF_OPEN, now.plus(PROBE_LOST), opened, settings.probes(), inRow, List.of());
            case HALF_OPEN -> new Breaker(state, now.plus(PROBE_LOST), opened, probesLeft, inRow, results);
        };
    }

    /** Whether {@code permit} is that of the delivery that shows whether it is well. */
    private boolean isTrial(Permit permit) {
        return state == State.HALF_OPEN && permit.trial().filter(until::equals).isPresent();
    }

    /** Whether a delivery that was to go there may begin now. */
    boolean lets(Permit permit) {
        return switch (state) {
            case CLOSED -> true;
            case HALF_OPEN -> isTrial(permit);
            case OPEN, OPEN_FOR_AUTH -> false;
        };
    }

    /** The delivery that was to show whether it is well was not tried: another may. */
    Breaker untaken(Permit permit, Instant now) {
        return isTrial(permit) ? withoutTrial(now) : this;
    }

    /** Whoever was to show whether it is well is gone: another may. */
    Breaker withoutTrial(Instant now) {
        return state == State.HALF_OPEN && now.isBefore(until)
                ? new Breaker(state, now, opened, probesLeft, inRow, results)
                : this;
    }

    /**
     * That it refused the old ones says nothing of these, nor does a trial that was begun with them: one delivery shows at once whether they are
     * the right ones.
     */
    Breaker withOtherCredentials() {
        return switch (state) {
            case OPEN_FOR_AUTH, HALF_OPEN -> new Breaker(State.HALF_OPEN, Instant.MIN, opened, 1, 0, List.of());
            case CLOSED, OPEN -> this;
        };
    }

    /**
     * It answered as a server that is well: whatever it said of the message. While it is tried, only the trial's first answer counts: not
     * that of a delivery which began before, nor the trial's second.
     */
    Breaker reached(Permit permit, Instant now, Smarthosts settings) {
        return switch (state) {
            case CLOSED -> new Breaker(state, until, opened, 0, 0, remembering(new Result(now, true), settings));
            case HALF_OPEN -> isTrial(permit) ? passed(now) : this;
            case OPEN, OPEN_FOR_AUTH -> this;
        };
    }

    private Breaker passed(Instant now) {
        return probesLeft <= 1
                ? CLOSED
                : new Breaker(state, now, opened, probesLeft - 1, 0, List.of(new Result(now, true)));
    }

    /**
     * No connection, no TLS, no greeting. While it is tried, of the trial.
     *
     * @param jitter -1 to 1: a fifth of the time more or less
     */
    Breaker unreached(Permit permit, Instant now, double jitter, Smarthosts settings) {
        return switch (state) {
            case CLOSED -> failed(now, jitter, settings);
            case HALF_OPEN -> isTrial(permit) ? open(now, jitter, settings) : this;
            case OPEN, OPEN_FOR_AUTH -> this;
        };
    }

    private Breaker failed(Instant now, double jitter, Smarthosts settings) {
        var last = remembering(new Result(now, false), settings);
        boolean trips = inRow + 1 >= settings.failuresInRow()
                || (last.size() >= settings.windowLeast() && failedPart(last) >= settings.failedPart());
        return trips ? open(now, jitter, settings) : new Breaker(state, until, opened, 0, inRow + 1, last);
    }

    private Breaker open(Instant now, double jitter, Smarthosts settings) {
        return new Breaker(State.OPEN, now.plus(openFor(jitter, settings)), opened + 1, 0, 0, List.of());
    }

    private Duration openFor(double jitter, Smarthosts settings) {
        var doubled = settings.openFirst().multipliedBy(1L << Math.min(opened, 16));
        var bounded = doubled.compareTo(settings.openMost()) > 0 ? settings.openMost() : doubled;
        return bounded.plusMillis((long) (bounded.toMillis() * 0.2 * Math.clamp(jitter, -1, 1)));
    }

    Breaker refusedCredentials(Instant now, Smarthosts settings) {
        return new Breaker(State.OPEN_FOR_AUTH, now.plus(settings.authOpen()), opened, 0, 0, List.of());
    }

    private List<Result> remembering(Result result, Smarthosts settings) {
        var last = new ArrayList<>(results);
        last.add(result);
        last.removeIf(each -> each.at().isBefore(result.at().minus(settings.windowTime())));
        return last.size() > settings.window() ? last.subList(last.size() - settings.window(), last.size()) : last;
    }

    private static double failedPart(List<Result> results) {
        return (double) results.stream().filter(each -> !each.reached()).count() / results.size();
    }
}
