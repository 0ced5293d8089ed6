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

/**
 * At which address receivers see our sources. One receiver alone is not believed, and a stranger not at all: who could take an address out by
 * what he says of it would. No mail leaves by an address that is out, so those who saw the other one are asked anew, one at a time, without
 * mail. Any number of threads.
 */
final class Echoes {
    /** Between two looks at an address that is out. */
    static final Duration LOOK_AGAIN = Duration.ofMinutes(15);

    private static final int MOST_BELIEVED = 3;
    private static final Duration REMEMBERED = Duration.ofHours(24);

    private final Set<ProviderId> known;
    private final Map<String, Map<ProviderId, Seen>> bySource = new HashMap<>();
    /** By the address that we believed to use. */
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
    }

    private record Witness(ProviderId provider, InetSocketAddress host) {}

    /** @param known the receivers whose word counts */
    Echoes(Set<ProviderId> known) {
        this.known = Set.copyOf(known);
    }

    /** Empty if nothing differs for it. */
    synchronized Optional<RouteEvent> seen(Source source, ProviderId provider, Echo echo, Instant now) {
        if (source.address().isEmpty() || !known.contains(provider)) {
            return Optional.empty();
        }
        var there = bySource.computeIfAbsent(source.key(), key -> new HashMap<>());
        there.values().removeIf(each -> each.at().plus(REMEMBERED).isBefore(now));
        there.put(provider, new Seen(echo, now));
        var others = there.entrySet().stream()
                .filter(each -> !isOurs(source, each.getValue().echo()))
                .map(each -> new Witness(each.getKey(), each.getValue().echo().host()))
                .toList();
        if (others.size() >= MOST_BELIEVED) {
            var what = "address changed: receivers see " + echo.seen().getHostAddress();
            var news = moved.putIfAbsent(source.key(), new Moved(what, others, now.plus(LOOK_AGAIN)));
            return news == null
                    ? Optional.of(event(source, RouteEvent.Kind.ADDRESS_CHANGED, what, now))
                    : Optional.empty();
        }
        // That time passed, and the others are forgotten, confirms nothing.
        return isOurs(source, echo) && moved.remove(source.key()) != null
                ? Optional.of(event(source, RouteEvent.Kind.ADDRESS_CONFIRMED, "receivers see the address again", now))
                : Optional.empty();
    }

    private static boolean isOurs(Source source, Echo echo) {
        return source.address().filter(echo.seen()::equals).isPresent();
    }

    private static RouteEvent event(Source source, RouteEvent.Kind kind, String what, Instant now) {
        return new RouteEvent(now, kind, source.route(), Optional.empty(), what, Optional.empty());
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

    /** Of sources that are out: as if it had just been found. */
    synchronized List<RouteEvent> told(List<Source> sources, Instant now) {
        var events = new ArrayList<RouteEvent>();
        for (var source : sources) {
            var out = moved.get(source.key());
            if (out != null) {
                events.add(event(source, RouteEvent.Kind.ADDRESS_CHANGED, out.what(), now));
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
                var provider = new ProviderId(in.readUTF());
                witnesses.add(new Witness(
                        provider, new InetSocketAddress(InetAddress.ofLiteral(in.readUTF()), in.readInt())));
            }
            moved.put(key, new Moved(what, witnesses, now));
        }
    }
}
