package io.mailvane.outbound;

import io.mailvane.mail.SourceProbe;
import io.mailvane.mail.SourceProbe.Finding;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.outbound.OutboundSettings.Source;
import io.mailvane.route.Echo;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries from each source that is not admitted yet, without mail, whether a host that the operator named greets it, and where that host sees
 * it. One host at a time, each first in its turn; a source that is admitted is tried no more. Any number of threads; the sessions have one
 * of their own.
 */
final class Probes {
    /** Between two rounds of a source. */
    static final Duration AGAIN = Duration.ofMinutes(15);
    /** ... where nothing was wrong: it waits for something else. */
    static final Duration AGAIN_IF_RIGHT = Duration.ofDays(1);

    private static final int LONGEST_WORDS = 120;
    /** Of one host. */
    private static final int MOST_ADDRESSES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);

    private final Supplier<RouteTable> table;
    private final LongSupplier ticker;
    private final Consumer<SourceProbe> told;
    private final Consumer<Throwable> alarm;
    private final Map<Source, Turn> turns = new HashMap<>();
    private Set<String> waiting = Set.of();
    private boolean begun;
    private boolean stopped;
    private boolean running;

    /**
     * @param due by the ticker
     * @param next who is asked first then
     */
    private record Turn(long due, int next) {}

    private record Round(Source source, int first) {}

    /** One host, one session. */
    private sealed interface Heard {
        record Greeting(Optional<InetAddress> seen) implements Heard {}

        record Refusal(String what) implements Heard {}

        record Silence(String what) implements Heard {}

        /** There is no address that could be asked. */
        record Unasked(String what) implements Heard {}

        record NoStart(String what) implements Heard {}
    }

    /**
     * @param table in force
     * @param ticker nanoseconds
     * @param told must not block
     * @param alarm is told of an error of ours
     */
    Probes(Supplier<RouteTable> table, LongSupplier ticker, Consumer<SourceProbe> told, Consumer<Throwable> alarm) {
        this.table = table;
        this.ticker = ticker;
        this.told = told;
        this.alarm = alarm;
    }

    /** From now on sessions are begun. */
    void start() {
        synchronized (this) {
            begun = true;
        }
        begin();
    }

    /** Begins none any more; one that is under way ends by its own time-outs. */
    synchronized void stop() {
        stopped = true;
    }

    /** How the sources stand now; those that wait are tried when their time has come. Returns at once. */
    void standings(Map<String, SourceStanding> standings) {
        synchronized (this) {
            waiting = standings.values().stream()
                    .filter(standing -> standing.state() == State.ADMISSION)
                    .map(SourceStanding::source)
                    .collect(Collectors.toUnmodifiableSet());
        }
        begin();
    }

    /** Another configuration: all is tried anew, for it may be what mends it. */
    void anew(Map<String, SourceStanding> standings) {
        synchronized (this) {
            turns.clear();
        }
        standings(standings);
    }

    /** Tries those whose time has come. Returns at once. */
    void begin() {
        synchronized (this) {
            if (running || !begun || !isDue()) {
                return;
            }
            running = true;
        }
        Thread.ofVirtual().name("probe").start(this::run);
    }

    /** Whether one is to be tried now. */
    synchronized boolean isDue() {
        return due().isPresent();
    }

    private Optional<Source> due() {
        if (stopped) {
            return Optional.empty();
        }
        var settings = table.get().settings();
        boolean isAsked =
                settings.direct().enabled() && !settings.direct().probe().isEmpty();
        return settings.leaving().sources().stream()
                .filter(source -> isAsked && waiting.contains(source.name()))
                .filter(source -> Optional.ofNullable(turns.get(source))
                        .map(turn -> turn.due() - ticker.getAsLong() <= 0)
                        .orElse(true))
                .findFirst();
    }

    private void run() {
        for (var next = take(); next.isPresent(); next = take()) {
            try {
                probe(next.get());
            } catch (RuntimeException | LinkageError e) {
                // Whoever begins anew must not find it running for ever.
                alarm.accept(e);
            }
        }
    }

    /** The next one; it counts as tried. Empty: there is none, and whoever comes later has to begin anew. */
    private synchronized Optional<Round> take() {
        var next = due();
        running = next.isPresent();
        return next.map(source -> {
            int first = Optional.ofNullable(turns.get(source)).map(Turn::next).orElse(0);
            turns.put(source, new Turn(in(AGAIN), first + 1));
            return new Round(source, first);
        });
    }

    private long in(Duration wait) {
        return ticker.getAsLong() + wait.toNanos();
    }

    private void probe(Round round) {
        var current = table.get();
        var hosts = new ArrayList<>(current.settings().direct().probe());
        Collections.rotate(hosts, -round.first());
        var source = round.source();
        var finding = findingOf(current.transports(), source, hosts);
        LOG.debug("{} tried: {}", source.name(), finding);
        if (isRight(source, finding)) {
            rest(source);
        }
        told.accept(new SourceProbe(source.publicAddress(), finding));
    }

    /** But where all is to be tried anew. */
    private synchronized void rest(Source source) {
        turns.computeIfPresent(source, (each, turn) -> new Turn(in(AGAIN_IF_RIGHT), turn.next()));
    }

    private static boolean isRight(Source source, Finding finding) {
        return finding instanceof Finding.Greeted greeted
                && greeted.seen()
                        .filter(seen -> !seen.equals(source.publicAddress()))
                        .isEmpty();
    }

    /** Until one greets and says where it sees us. */
    private static Finding findingOf(Transports transports, Source source, List<HostAndPort> hosts) {
        Optional<Finding> greeted = Optional.empty();
        var refusals = new ArrayList<String>();
        var silences = new ArrayList<String>();
        var unasked = new ArrayList<String>();
        for (var host : hosts) {
            switch (hear(transports, source, host)) {
                case Heard.Greeting(var seen) -> {
                    var finding = new Finding.Greeted(host.host(), seen);
                    if (seen.isPresent()) {
                        return finding;
                    }
                    greeted = greeted.or(() -> Optional.of(finding));
                }
                case Heard.Refusal(var what) -> refusals.add(words(host, what));
                case Heard.Silence(var what) -> silences.add(words(host, what));
                case Heard.Unasked(var what) -> unasked.add(words(host, what));
                case Heard.NoStart(var what) -> {
                    return new Finding.Unbound(cut(what));
                }
            }
        }
        if (greeted.isPresent()) {
            return greeted.get();
        }
        if (!refusals.isEmpty()) {
            return new Finding.TurnedAway(String.join("; ", refusals));
        }
        return silences.isEmpty()
                ? new Finding.Unasked(String.join("; ", unasked))
                : new Finding.Unreached(String.join("; ", silences));
    }

    private static String words(HostAndPort host, String what) {
        return host.host() + ": " + cut(what);
    }

    private static String cut(String what) {
        var line = SmtpTransaction.oneLine(what);
        return line.length() <= LONGEST_WORDS ? line : line.substring(0, LONGEST_WORDS) + "...";
    }

    /** By whichever of its addresses one gets furthest; the next one is asked until one greets. */
    private static Heard hear(Transports transports, Source source, HostAndPort host) {
        var found = transports.targets(source, host);
        Heard heard = new Heard.Unasked(found.problem());
        for (var target : found.targets().stream().limit(MOST_ADDRESSES).toList()) {
            var next = hear(transports, source, target);
            if (next instanceof Heard.Greeting || next instanceof Heard.NoStart) {
                return next;
            }
            heard = heard instanceof Heard.Refusal ? heard : next;
        }
        return heard;
    }

    private static Heard hear(Transports transports, Source source, Target target) {
        try {
            return new Heard.Greeting(transports.look(source, target).map(Echo::seen));
        } catch (SmtpDialer.UnusableAddressException e) {
            return new Heard.NoStart(String.valueOf(e.getMessage()));
        } catch (UnusableHostException e) {
            return new Heard.Refusal(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Heard.Silence(String.valueOf(e.getMessage()));
        }
    }
}
