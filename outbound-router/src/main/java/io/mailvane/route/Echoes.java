package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding;
import io.mailvane.route.EgressView.Source;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * At which address receivers see our sources. One receiver alone is not believed, and a stranger not at all: who could take an address out by
 * what he says of it would. No mail leaves by an address that is out, so those who saw the other one are asked anew, one at a time, without
 * mail; one that has not said it again for long is asked no more, and where none is left the address is tried again. Any number of threads.
 */
final class Echoes {
    /** Between two looks at an address that is out. */
    static final Duration LOOK_AGAIN = Duration.ofMinutes(15);
    /** What a receiver saw is known for so long, as what a list said is. */
    static final Duration WITNESS_AGES = Duration.ofDays(3);
    /** Of one address. */
    static final int MOST_WITNESSES = 8;

    private static final int MOST_BELIEVED = 3;
    private static final Duration REMEMBERED = Duration.ofHours(24);

    private final Set<ProviderId> big;
    /** By the address that we believe to use, as {@link #moved}: of those that are configured. */
    private final Map<String, Map<ProviderId, Seen>> bySource = new HashMap<>();

    private final Map<String, Moved> moved = new HashMap<>();

    private record Seen(Echo echo, Instant at) {}

    /**
     * An address that is out.
     *
     * @param witnesses who saw another one, whoever is to be asked next first
     * @param next when
     */
    private record Moved(String what, List<Witness> witnesses, Instant next) {
        Moved {
            witnesses = List.copyOf(witnesses);
        }

        /** Then the next witness is asked. */
        Moved askedAt(Instant now) {
            var others = new ArrayList<>(witnesses.subList(1, witnesses.size()));
            others.add(witnesses.getFirst());
            return new Moved(what, others, now.plus(LOOK_AGAIN));
        }

        /** In its turn, or behind the others. */
        Moved hearing(Witness witness) {
            var all = new ArrayList<>(witnesses);
            all.replaceAll(each -> each.provider().equals(witness.provider()) ? witness : each);
            if (!all.contains(witness) && all.size() < MOST_WITNESSES) {
                all.add(witness);
            }
            return new Moved(what, all, next);
        }

        Moved without(Predicate<Witness> aged) {
            return new Moved(what, witnesses.stream().filter(aged.negate()).toList(), next);
        }
    }

    /** @param at when it last saw the other address */
    private record Witness(ProviderId provider, InetSocketAddress host, Instant at) {
        boolean isAged(Instant now) {
            return !at.plus(WITNESS_AGES).isAfter(now);
        }
    }

    /** @param big the receivers whose word counts */
    Echoes(Set<ProviderId> big) {
        this.big = Set.copyOf(big);
    }

    /** Empty if nothing differs for it. */
    synchronized Optional<RouteEvent> seen(Source source, ProviderId provider, Echo echo, Instant now) {
        if (source.address().isEmpty() || !big.contains(provider)) {
            return Optional.empty();
        }
        var there = bySource.computeIfAbsent(source.key(), key -> new HashMap<>());
        there.values().removeIf(each -> each.at().plus(REMEMBERED).isBefore(now));
        there.put(provider, new Seen(echo, now));
        var others = there.entrySet().stream()
                .filter(each -> !isOurs(source, each.getValue().echo()))
                .map(each -> new Witness(
                        each.getKey(),
                        each.getValue().echo().host(),
                        each.getValue().at()))
                .toList();
        return isOurs(source, echo)
                ? seenAgain(source, others.size(), now)
                : seenElsewhere(source, new Witness(provider, echo.host(), now), echo, others, now);
    }

    /** That time passed, and the others are forgotten, confirms nothing. */
    private Optional<RouteEvent> seenAgain(Source source, int others, Instant now) {
        return others < MOST_BELIEVED && moved.remove(source.key()) != null
                ? Optional.of(event(source, RouteEvent.Kind.ADDRESS_CONFIRMED, "receivers see the address again", now))
                : Optional.empty();
    }

    private Optional<RouteEvent> seenElsewhere(
            Source source, Witness witness, Echo echo, List<Witness> others, Instant now) {
        if (moved.computeIfPresent(source.key(), (key, out) -> out.hearing(witness)) != null
                || others.size() < MOST_BELIEVED) {
            return Optional.empty();
        }
        var what = "address changed: receivers see " + echo.seen().getHostAddress();
        moved.put(source.key(), new Moved(what, others, now.plus(LOOK_AGAIN)));
        return Optional.of(event(source, RouteEvent.Kind.ADDRESS_CHANGED, what, now));
    }

    private static boolean isOurs(Source source, Echo echo) {
        return source.address().filter(echo.seen()::equals).isPresent();
    }

    private static RouteEvent event(Source source, RouteEvent.Kind kind, String what, Instant now) {
        return new RouteEvent(now, kind, source.route(), source.address(), Optional.empty(), what, Optional.empty());
    }

    /** Those sources that were out, and of which no receiver has said it again for long, are out no more. */
    synchronized List<RouteEvent> aged(List<Source> sources, Instant now) {
        moved.replaceAll((key, out) -> out.without(witness -> witness.isAged(now)));
        var events = new ArrayList<RouteEvent>();
        for (var source : sources) {
            var out = moved.get(source.key());
            if (out != null && out.witnesses().isEmpty()) {
                moved.remove(source.key());
                var what = "no receiver has seen another address for " + WITNESS_AGES.toHours() + " h";
                events.add(event(source, RouteEvent.Kind.ADDRESS_CONFIRMED, what, now));
            }
        }
        return events;
    }

    /** Of addresses that are no source's any more nothing is remembered: whoever configures them again means it. */
    synchronized void keep(List<Source> sources) {
        var keys = sources.stream().map(Source::key).collect(Collectors.toSet());
        bySource.keySet().retainAll(keys);
        moved.keySet().retainAll(keys);
    }

    /** Whom to ask now of the sources that are out; they count as asked. */
    synchronized List<EchoLook> due(List<Source> sources, Instant now) {
        var due = new ArrayList<EchoLook>();
        for (var source : sources) {
            var out = moved.get(source.key());
            if (out != null && !now.isBefore(out.next())) {
                var witness = out.witnesses().getFirst();
                due.add(new EchoLook(Permit.plain(source.route(), witness.provider()), witness.host()));
                moved.put(source.key(), out.askedAt(now));
            }
        }
        return due;
    }

    /**
     * What the monitor thinks, which may not have heard of it yet: nothing leaves by an address that is not ours, unless the monitor knows
     * that there is no other way.
     */
    synchronized SourceStanding guarded(Source source) {
        var out = moved.get(source.key());
        var standing = source.standing();
        return out == null || !standing.state().maySend() || standing.state() == SourceStanding.State.LAST_RESORT
                ? standing
                : new SourceStanding(
                        standing.source(),
                        SourceStanding.State.QUARANTINED,
                        0,
                        standing.penalty(),
                        standing.penalties(),
                        out.what(),
                        Optional.empty());
    }

    /** Of sources that are out, for whoever does not know it yet. */
    synchronized List<RouteEvent> still(List<Source> sources, Instant now) {
        var events = new ArrayList<RouteEvent>();
        for (var source : sources) {
            var out = moved.get(source.key());
            if (out != null) {
                events.add(event(source, RouteEvent.Kind.ADDRESS_STILL_CHANGED, out.what(), now));
            }
        }
        return events;
    }

    synchronized void remember(DataOutput out) throws IOException {
        out.writeInt(moved.size());
        for (var entry : moved.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeUTF(entry.getValue().what());
            out.writeInt(entry.getValue().witnesses().size());
            for (var witness : entry.getValue().witnesses()) {
                out.writeUTF(witness.provider().id());
                out.writeUTF(witness.host().getAddress().getHostAddress());
                out.writeInt(witness.host().getPort());
                out.writeLong(witness.at().toEpochMilli());
            }
        }
    }

    /** They are asked at once: it may have been mended meanwhile. */
    synchronized void recall(DataInput in, Instant now) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            var key = in.readUTF();
            var what = in.readUTF();
            var witnesses = new ArrayList<Witness>();
            for (int more = in.readInt(); more > 0; more--) {
                witnesses.add(witness(in, now));
            }
            var out = new Moved(what, witnesses, now).without(witness -> witness.isAged(now));
            if (!out.witnesses().isEmpty()) {
                moved.put(key, out);
            }
        }
    }

    /** A clock that has run back since makes nobody a witness for longer. */
    private static Witness witness(DataInput in, Instant now) throws IOException {
        var provider = new ProviderId(in.readUTF());
        var host = new InetSocketAddress(InetAddress.ofLiteral(in.readUTF()), in.readInt());
        var at = Instant.ofEpochMilli(in.readLong());
        return new Witness(provider, host, at.isAfter(now) ? now : at);
    }
}
