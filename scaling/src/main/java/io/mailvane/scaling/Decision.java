package io.mailvane.scaling;

import io.mailvane.mail.WorkerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;

/**
 * How many workers are wanted. Each decision follows from the one before, the demand and the time, and from nothing else.
 *
 * <p>By Little's law, arrivals times service are the scans that run at once on average. Workers are to have somewhat more room
 * than that, and room for what will have come together until a worker that is started now can help, so that it is scanned
 * within the target. More are wanted at once; fewer only when fewer had more than enough room all through the cool-down.
 *
 * @param wanted between min and max
 * @param why one sentence
 * @param cooling while fewer would do
 */
public record Decision(int wanted, String why, Optional<Cooling> cooling) {
    /** Before anything was measured. */
    public static final Decision NONE = new Decision(0, "nothing was measured yet", Optional.empty());

    /** Of workers' room: above this, another is wanted. */
    private static final double FULL = 0.7;
    /** Of the room of fewer workers: up to this, they would do. Below {@link #FULL}, or one would come and go. */
    private static final double EASY = 0.5;

    /** So many messages a second are not told apart from fewer. */
    private static final double FEW = 0.1;

    private static final Duration LEAST_SERVICE = Duration.ofMillis(1);
    private static final double NANOS = 1e9;

    /**
     * Since when fewer would do.
     *
     * @param most how many were needed most since then
     */
    public record Cooling(long sinceNanos, int most) {}

    /**
     * What follows on this.
     *
     * @param nowNanos of a clock that never goes back
     */
    public Decision next(Demand demand, ScalingSettings settings, long nowNanos) {
        if (settings.max() == 0) {
            return new Decision(0, "max is 0: no worker may run", Optional.empty());
        }
        int needed = needed(demand, settings, FULL);
        int enough = bounded(needed(demand, settings, EASY), settings);
        int held = Math.min(wanted, settings.max());
        if (bounded(needed, settings) > held) {
            return new Decision(bounded(needed, settings), why(demand, needed, settings), Optional.empty());
        }
        if (enough >= held) {
            return new Decision(held, why(demand, Math.max(needed, held), settings), Optional.empty());
        }
        return cool(held, enough, why(demand, needed, settings), settings.idle(), nowNanos);
    }

    private Decision cool(int held, int enough, String why, Duration idle, long nowNanos) {
        var lasting = cooling.map(before -> new Cooling(before.sinceNanos(), Math.max(before.most(), enough)))
                .orElse(new Cooling(nowNanos, enough));
        var left = idle.minusNanos(nowNanos - lasting.sinceNanos());
        return left.isPositive()
                ? new Decision(
                        held,
                        why + "; " + held + (held == 1 ? " stays for " : " stay for ") + ceilSeconds(left) + " s",
                        Optional.of(lasting))
                : new Decision(lasting.most(), why, Optional.empty());
    }

    private static long ceilSeconds(Duration time) {
        return time.plusSeconds(1).minusNanos(1).toSeconds();
    }

    private static int bounded(int needed, ScalingSettings settings) {
        return Math.clamp(needed, settings.min(), settings.max());
    }

    private static int needed(Demand demand, ScalingSettings settings, double load) {
        if (demand.nothing()) {
            return 0;
        }
        double service = seconds(demand.service().compareTo(LEAST_SERVICE) < 0 ? LEAST_SERVICE : demand.service());
        double busy = demand.arrivals() * service;
        double room = busy / load + waitingThen(demand, settings, service) * service / seconds(settings.target());
        int byRoom = (int) Math.min(Integer.MAX_VALUE, Math.ceil(room / settings.capacity()));
        return Math.max(Math.max(1, byRoom), late(demand, settings));
    }

    /** What will wait when a worker that is started now can help. */
    private static double waitingThen(Demand demand, ScalingSettings settings, double service) {
        double served = demand.count(WorkerState.READY) * settings.capacity() / service;
        return Math.max(0, demand.backlog() + (demand.arrivals() - served) * seconds(demand.untilHelp()));
    }

    /**
     * One more than there are where mail waits too long although all work: then the figures promise more than workers do. Where
     * they do not work, more of them would not help.
     */
    private static int late(Demand demand, ScalingSettings settings) {
        int ready = demand.count(WorkerState.READY);
        boolean work = ready > 0 && demand.running() >= FULL * ready * settings.capacity();
        boolean waits = demand.backlog() > 0 && demand.backlogAge().compareTo(settings.target()) > 0;
        int starting = demand.count(WorkerState.STARTING);
        return work && waits ? ready + Math.max(1, starting) : 0;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / NANOS;
    }

    private static String why(Demand demand, int needed, ScalingSettings settings) {
        if (demand.nothing()) {
            return "nothing is to be scanned" + (settings.min() > 0 ? ": min keeps " + settings.min() : "");
        }
        var parts = new ArrayList<String>();
        if (demand.arrivals() > 0) {
            var arrivals = demand.arrivals() < FEW
                    ? "fewer than " + FEW
                    : String.format(Locale.ROOT, "%.1f", demand.arrivals());
            parts.add(arrivals + " messages a second come and "
                    + (demand.service().isZero()
                            ? "no scan was timed yet"
                            : "take " + demand.service().toMillis() + " ms each"));
        }
        if (demand.backlog() > 0) {
            parts.add(demand.backlog() + (demand.backlog() == 1 ? " waits" : " wait") + ", the oldest for "
                    + demand.backlogAge().toSeconds() + " s");
        }
        if (parts.isEmpty()) {
            parts.add(demand.running() + (demand.running() == 1 ? " scan runs" : " scans run"));
        }
        return String.join(", ", parts) + ": " + needed + (needed == 1 ? " is needed" : " are needed")
                + bound(needed, settings);
    }

    private static String bound(int needed, ScalingSettings settings) {
        return needed > settings.max()
                ? ", max allows " + settings.max()
                : needed < settings.min() ? ", min keeps " + settings.min() : "";
    }
}
