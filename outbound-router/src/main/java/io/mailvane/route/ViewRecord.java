package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.route.EgressView.AtProvider;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What receivers and smarthosts taught us, as octets that outlive the process. Times are the wall clock's; those of a clock that has run
 * back since are moved back with it, so that nothing is closed for longer than it was said to be.
 */
final class ViewRecord {
    private static final int FORMAT = 6;
    /** Did not know how long a lane was out, or a smarthost's greeting takes. */
    private static final int WITH_WARM_UPS = 5;
    /** Knew no warm-ups either. */
    private static final int OLDEST = 4;

    private ViewRecord() {}

    static void write(DataOutput out, EgressView view, Map<ProviderId, Map<String, WarmUp>> warmUps, Instant now)
            throws IOException {
        out.writeInt(FORMAT);
        put(out, now);
        putIdentities(out, view.identities());
        out.writeInt(view.providers().size());
        for (var entry : view.providers().entrySet()) {
            out.writeUTF(entry.getKey().id());
            putLanes(out, entry.getValue().lanes());
            putTimes(out, entry.getValue().struck());
        }
        out.writeInt(view.relays().size());
        for (var relay : view.relays()) {
            out.writeUTF(relay.route().name());
            out.writeUTF(relay.account().server());
            out.writeUTF(relay.account().credentials());
            putBreaker(out, relay.breaker());
            putThrottle(out, relay.throttle());
            putQuota(out, relay.quota());
            putGreetings(out, relay.greetings());
            putTimes(out, relay.refusedSenders());
        }
        putWarmUps(out, warmUps, view.settings().warmUp(), now);
    }

    private static void putWarmUps(
            DataOutput out, Map<ProviderId, Map<String, WarmUp>> warmUps, WarmUpSteps steps, Instant now)
            throws IOException {
        var known = new HashMap<>(warmUps);
        known.values().removeIf(lanes -> WarmUps.isAtRest(lanes, now, steps));
        out.writeInt(known.size());
        for (var entry : known.entrySet()) {
            out.writeUTF(entry.getKey().id());
            out.writeInt(entry.getValue().size());
            for (var lane : entry.getValue().entrySet()) {
                out.writeUTF(lane.getKey());
                out.writeInt(lane.getValue().step());
                put(out, lane.getValue().day());
                out.writeLong(lane.getValue().used());
                out.writeInt(lane.getValue().slowed());
                out.writeBoolean(lane.getValue().refused());
                out.writeBoolean(lane.getValue().stopped());
            }
        }
    }

    private static void putIdentities(DataOutput out, Map<String, String> identities) throws IOException {
        out.writeInt(identities.size());
        for (var entry : identities.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeUTF(entry.getValue());
        }
    }

    private static void putLanes(DataOutput out, Map<String, Lane> lanes) throws IOException {
        out.writeInt(lanes.size());
        for (var entry : lanes.entrySet()) {
            var lane = entry.getValue();
            out.writeUTF(entry.getKey());
            out.writeUTF(lane.state().name());
            put(out, lane.since());
            put(out, lane.until());
            out.writeInt(lane.rung());
            out.writeInt(lane.probed());
            out.writeInt(lane.rampStep());
            out.writeInt(lane.strikes().size());
            for (var strike : lane.strikes()) {
                put(out, strike.at());
                out.writeInt(strike.recipient());
            }
            out.writeInt(lane.rateReplies().size());
            for (var reply : lane.rateReplies()) {
                put(out, reply);
            }
            putThrottle(out, lane.throttle());
            out.writeBoolean(lane.ramp().isPresent());
            if (lane.ramp().isPresent()) {
                put(out, lane.ramp().get().start());
                out.writeInt(lane.ramp().get().step());
                out.writeLong(lane.ramp().get().length().toMillis());
            }
            out.writeBoolean(lane.outage().isPresent());
            if (lane.outage().isPresent()) {
                put(out, lane.outage().get().since());
                out.writeUTF(lane.outage().get().cause().name());
            }
        }
    }

    private static void putThrottle(DataOutput out, Optional<Throttle> throttle) throws IOException {
        out.writeBoolean(throttle.isPresent());
        if (throttle.isPresent()) {
            out.writeDouble(throttle.get().ceiling());
            out.writeDouble(throttle.get().rate());
            put(out, throttle.get().cut());
            out.writeDouble(throttle.get().tokens());
            put(out, throttle.get().counted());
        }
    }

    private static void putBreaker(DataOutput out, Breaker breaker) throws IOException {
        out.writeUTF(breaker.state().name());
        put(out, breaker.until());
        out.writeInt(breaker.opened());
        out.writeInt(breaker.probesLeft());
        out.writeInt(breaker.inRow());
        out.writeInt(breaker.results().size());
        for (var result : breaker.results()) {
            put(out, result.at());
            out.writeBoolean(result.reached());
        }
    }

    private static void putQuota(DataOutput out, Quota quota) throws IOException {
        put(out, quota.closedUntil());
        out.writeInt(quota.slots().size());
        for (var slot : quota.slots()) {
            put(out, slot.start());
            out.writeLong(slot.recipients());
        }
    }

    private static void putGreetings(DataOutput out, Greetings greetings) throws IOException {
        out.writeInt(greetings.last().size());
        for (var greeting : greetings.last()) {
            put(out, greeting.at());
            out.writeLong(greeting.took().toMillis());
        }
    }

    private static void putTimes(DataOutput out, Map<String, Instant> times) throws IOException {
        out.writeInt(times.size());
        for (var entry : times.entrySet()) {
            out.writeUTF(entry.getKey());
            put(out, entry.getValue());
        }
    }

    private static void put(DataOutput out, Instant at) throws IOException {
        long millis =
                at.equals(Instant.MIN) ? Long.MIN_VALUE : at.equals(Instant.MAX) ? Long.MAX_VALUE : at.toEpochMilli();
        out.writeLong(millis);
    }

    /**
     * @param view with what is recalled
     * @param warmUps as {@link WarmUps} holds them
     * @param same names of the ways that are what they were
     */
    record Recalled(EgressView view, Map<ProviderId, Map<String, WarmUp>> warmUps, Set<String> same) {}

    /**
     * The view with what it recalls of the ways that it still has. Another address by the same name is another way.
     *
     * @throws IOException if it is none of ours, or of another format
     */
    static Recalled recalled(DataInput in, EgressView view, Instant now) throws IOException {
        int format = in.readInt();
        if (format < OLDEST || format > FORMAT) {
            throw new IOException("it is of format " + format + ", and " + OLDEST + " to " + FORMAT + " are read");
        }
        var reader = new Reader(in, format, view, now);
        var providers = reader.providers();
        var recalled = new EgressView(view.sources(), reader.relays(), providers, view.settings());
        return new Recalled(recalled, format < WITH_WARM_UPS ? Map.of() : reader.warmUps(), reader.same);
    }

    private static final class Reader {
        private final DataInput in;
        private final int format;
        private final EgressView view;
        private final Instant now;
        private final Duration ahead;
        private final Set<String> same;

        Reader(DataInput in, int format, EgressView view, Instant now) throws IOException {
            this.in = in;
            this.format = format;
            this.view = view;
            this.now = now;
            var written = Instant.ofEpochMilli(in.readLong());
            this.ahead = written.isAfter(now) ? Duration.between(now, written) : Duration.ZERO;
            this.same = view.same(identities());
        }

        private Map<String, String> identities() throws IOException {
            var identities = new HashMap<String, String>();
            for (int left = in.readInt(); left > 0; left--) {
                identities.put(in.readUTF(), in.readUTF());
            }
            return identities;
        }

        private Instant time() throws IOException {
            long millis = in.readLong();
            if (millis == Long.MIN_VALUE || millis == Long.MAX_VALUE) {
                return millis == Long.MIN_VALUE ? Instant.MIN : Instant.MAX;
            }
            return Instant.ofEpochMilli(millis).minus(ahead);
        }

        Map<ProviderId, AtProvider> providers() throws IOException {
            var providers = new HashMap<ProviderId, AtProvider>();
            for (int left = in.readInt(); left > 0; left--) {
                var id = new ProviderId(in.readUTF());
                providers.put(id, new AtProvider(lanes(), times()).of(same).pruned(now, view.settings()));
            }
            providers.values().removeIf(AtProvider.NOTHING::equals);
            return providers;
        }

        private Map<String, Lane> lanes() throws IOException {
            var lanes = new HashMap<String, Lane>();
            for (int left = in.readInt(); left > 0; left--) {
                lanes.put(in.readUTF(), lane());
            }
            return lanes;
        }

        private Lane lane() throws IOException {
            return new Lane(
                    Lane.State.valueOf(in.readUTF()),
                    time(),
                    time(),
                    in.readInt(),
                    in.readInt(),
                    in.readInt(),
                    strikes(),
                    rateReplies(),
                    throttle(view.settings().lanes().slow()),
                    in.readBoolean()
                            ? Optional.of(new Ramp(time(), in.readInt(), Duration.ofMillis(in.readLong())))
                            : Optional.empty(),
                    outage());
        }

        private Optional<Lane.Outage> outage() throws IOException {
            return format > WITH_WARM_UPS && in.readBoolean()
                    ? Optional.of(new Lane.Outage(time(), Lane.Cause.valueOf(in.readUTF())))
                    : Optional.empty();
        }

        private List<Lane.Strike> strikes() throws IOException {
            var strikes = new ArrayList<Lane.Strike>();
            for (int left = in.readInt(); left > 0; left--) {
                strikes.add(new Lane.Strike(time(), in.readInt()));
            }
            return strikes;
        }

        private List<Instant> rateReplies() throws IOException {
            var replies = new ArrayList<Instant>();
            for (int left = in.readInt(); left > 0; left--) {
                replies.add(time());
            }
            return replies;
        }

        private Optional<Throttle> throttle(ThrottleShape shape) throws IOException {
            return in.readBoolean()
                    ? Optional.of(
                            new Throttle(shape, in.readDouble(), in.readDouble(), time(), in.readDouble(), time()))
                    : Optional.empty();
        }

        List<Relay> relays() throws IOException {
            var known = new HashMap<String, Relay>();
            for (int left = in.readInt(); left > 0; left--) {
                var route = new Route(Route.Kind.SMARTHOST, in.readUTF());
                var old = new Relay(
                        route,
                        new Setup.Account(in.readUTF(), in.readUTF()),
                        0,
                        0,
                        breaker(),
                        throttle(view.settings().smarthosts().slow()),
                        quota(),
                        greetings(),
                        times());
                known.put(route.name(), old);
            }
            return view.relays().stream()
                    .map(each -> Optional.ofNullable(known.get(each.route().name()))
                            .map(each::remembering)
                            .orElse(each))
                    .toList();
        }

        Map<ProviderId, Map<String, WarmUp>> warmUps() throws IOException {
            var warmUps = new HashMap<ProviderId, Map<String, WarmUp>>();
            for (int left = in.readInt(); left > 0; left--) {
                var id = new ProviderId(in.readUTF());
                var lanes = new HashMap<String, WarmUp>();
                for (int more = in.readInt(); more > 0; more--) {
                    lanes.put(in.readUTF(), warmUp());
                }
                warmUps.put(id, WarmUps.of(lanes, same));
            }
            warmUps.values().removeIf(Map::isEmpty);
            return warmUps;
        }

        private WarmUp warmUp() throws IOException {
            return new WarmUp(in.readInt(), time(), in.readLong(), in.readInt(), in.readBoolean(), in.readBoolean());
        }

        /** Of a delivery that was to show whether it is well, nothing was heard. */
        private Breaker breaker() throws IOException {
            var state = Breaker.State.valueOf(in.readUTF());
            return new Breaker(state, time(), in.readInt(), in.readInt(), in.readInt(), results()).withoutTrial(now);
        }

        private List<Breaker.Result> results() throws IOException {
            var results = new ArrayList<Breaker.Result>();
            for (int left = in.readInt(); left > 0; left--) {
                results.add(new Breaker.Result(time(), in.readBoolean()));
            }
            return results;
        }

        private Quota quota() throws IOException {
            var closedUntil = time();
            var slots = new ArrayList<Quota.Slot>();
            for (int left = in.readInt(); left > 0; left--) {
                slots.add(new Quota.Slot(time(), in.readLong()));
            }
            return new Quota(0, slots, closedUntil);
        }

        private Greetings greetings() throws IOException {
            if (format <= WITH_WARM_UPS) {
                // That it greets slowly was a word without its measure.
                in.readBoolean();
                return Greetings.NONE;
            }
            var greetings = new ArrayList<Greetings.Greeting>();
            for (int left = in.readInt(); left > 0; left--) {
                greetings.add(new Greetings.Greeting(time(), Duration.ofMillis(in.readLong())));
            }
            return Greetings.of(greetings);
        }

        private Map<String, Instant> times() throws IOException {
            var times = new HashMap<String, Instant>();
            for (int left = in.readInt(); left > 0; left--) {
                times.put(in.readUTF(), time());
            }
            return times;
        }
    }
}
