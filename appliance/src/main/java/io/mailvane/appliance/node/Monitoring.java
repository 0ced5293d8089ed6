package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.SourceAddress;
import io.mailvane.appliance.reputation.AddressAnswer;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.dnsbl.DnsblMonitor;
import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.HistoryFilter;
import io.mailvane.dnsbl.IpAddress;
import io.mailvane.dnsbl.MonitorStats;
import io.mailvane.dnsbl.Mute;
import io.mailvane.dnsbl.Operated;
import io.mailvane.dnsbl.OperatorOrder;
import io.mailvane.dnsbl.Recheck;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.Surroundings;
import io.mailvane.dnsbl.Unmute;
import io.mailvane.dnsbl.Verdict;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceProbe;
import io.mailvane.route.RouteEvent;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitor of this node's addresses, through changes of its settings: with another configuration another monitor takes
 * its place, and goes on from what the first wrote down. Without a source there is none. Any number of threads.
 */
final class Monitoring implements ReputationDesk.Monitored, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);

    private final BooleanSupplier otherRoute;
    private final Function<String, Map<ProviderId, Long>> taken;
    private final ReentrantLock telling = new ReentrantLock();
    /** Orders what receivers see of our addresses and who monitors these: held to post an order, never while a monitor starts or ends. */
    private final ReentrantLock seeing = new ReentrantLock();

    private final List<Consumer<Reputation>> listeners = new CopyOnWriteArrayList<>();
    private final Misquotes misquotes = new Misquotes();
    /** Why a public address of ours is out that receivers do not see: whoever monitors it next is to know it. Guarded by {@link #seeing}. */
    private final Map<IpAddress, String> moved = new HashMap<>();

    /** What was tried last of each public address, likewise. Guarded by {@link #seeing}. */
    private final Map<IpAddress, SourceProbe.Finding> probed = new HashMap<>();

    /** Held to give an operator's order, and while another monitor takes the place of one: none is given to one that has ended. */
    private final ReentrantLock ordering = new ReentrantLock();

    private volatile Watch watch;

    /** @param monitor empty: nothing is monitored */
    private record Watch(Configuration configuration, Optional<DnsblMonitor> monitor, Reputation none) {}

    private Monitoring(
            BooleanSupplier otherRoute, Function<String, Map<ProviderId, Long>> taken, Configuration configuration) {
        this.otherRoute = otherRoute;
        this.taken = taken;
        this.watch = new Watch(configuration, Optional.empty(), nothing(Instant.EPOCH));
    }

    /**
     * Shows what was known last; nothing is judged before {@link #begin}, when all is told that receivers saw before a restart.
     *
     * @param otherRoute whether mail has a way out that is no source address
     * @param taken how many messages each receiver took from the source of that name: totals that only grow, or begin anew
     * @throws java.io.UncheckedIOException if the history's folder cannot be used
     */
    static Monitoring open(
            Configuration configuration, BooleanSupplier otherRoute, Function<String, Map<ProviderId, Long>> taken) {
        var monitoring = new Monitoring(otherRoute, taken, configuration);
        monitoring.take(monitoring.watching(configuration));
        return monitoring;
    }

    /** Once. */
    void begin() {
        watch.monitor().ifPresent(DnsblMonitor::begin);
    }

    private Watch watching(Configuration configuration) {
        var none = nothing(InstantSource.system().instant());
        if (configuration.sources().isEmpty()) {
            return new Watch(configuration, Optional.empty(), none);
        }
        configuration.dnsbl().sources().forEach(source -> source.note().ifPresent(note -> LOG.info("{}", note)));
        return new Watch(
                configuration, Optional.of(DnsblMonitor.open(configuration.dnsbl(), world(configuration))), none);
    }

    /** What was seen until now it is told, and what is seen from now on: of one address in that order. */
    private void take(Watch next) {
        seeing.lock();
        try {
            watch = next;
            var sources = next.configuration().sources();
            var addresses = sources.stream().map(Monitoring::address).toList();
            moved.keySet().retainAll(addresses);
            probed.keySet().retainAll(addresses);
            next.monitor().ifPresent(monitor -> sources.forEach(source -> tell(monitor, source)));
        } finally {
            seeing.unlock();
        }
    }

    private void tell(DnsblMonitor monitor, SourceAddress source) {
        Optional.ofNullable(moved.get(address(source)))
                .ifPresent(why -> monitor.faulty(source.name(), DnsblMonitor.EGRESS, why));
        Optional.ofNullable(probed.get(address(source))).ifPresent(finding -> monitor.probed(source.name(), finding));
    }

    private static IpAddress address(SourceAddress source) {
        return source.address();
    }

    private Surroundings world(Configuration configuration) {
        var resolvers = configuration.resolvers();
        return new Surroundings(
                NameServers.resolver(resolvers),
                NameServers::one,
                InstantSource.system(),
                System::nanoTime,
                RandomGenerator.getDefault(),
                otherRoute,
                taken,
                configuration.node().data(),
                _ -> tell());
    }

    private static Reputation nothing(Instant asOf) {
        var verdict = new Verdict(
                "No source address is configured: nothing is monitored",
                List.of(),
                0,
                Optional.empty(),
                Verdict.Tone.STALE,
                Optional.empty(),
                asOf);
        return new Reputation(asOf, verdict, "", List.of(), List.of(), List.of(), List.of());
    }

    /**
     * Takes over other settings; the same ones disturb nothing.
     *
     * @throws RuntimeException if there is no monitor with these; the one before watches on
     */
    void reload(Configuration changed) {
        var before = watch;
        boolean same = before.configuration().dnsbl().equals(changed.dnsbl())
                && before.configuration().sources().equals(changed.sources());
        if (!same) {
            ordering.lock();
            try {
                change(before, changed);
            } finally {
                ordering.unlock();
                tell();
            }
        }
    }

    private void change(Watch before, Configuration changed) {
        before.monitor().ifPresent(DnsblMonitor::close);
        try {
            take(watching(changed));
            begin();
        } catch (RuntimeException e) {
            watchAgain(before.configuration(), e);
            throw e;
        }
    }

    /** If that fails too, what was known last is shown, and grows old. */
    private void watchAgain(Configuration configuration, RuntimeException cause) {
        try {
            take(watching(configuration));
            begin();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Who is told of each new snapshot, from the present one on, and of none after a newer one; it must not hold up the teller.
     */
    void listen(Consumer<Reputation> listener) {
        telling.lock();
        try {
            listeners.add(listener);
            listener.accept(reputation());
        } finally {
            telling.unlock();
        }
    }

    /** Whatever the teller has is told as it is by now: another teller may have been faster. */
    private void tell() {
        telling.lock();
        try {
            var latest = reputation();
            listeners.forEach(listener -> listener.accept(latest));
        } finally {
            telling.unlock();
        }
    }

    /** What a receiver's reply says of one of our addresses. */
    void evidence(ReplyEvidence reply) {
        watch.monitor().ifPresent(monitor -> monitor.evidence(reply));
    }

    /** A change of route, to be remembered. */
    void record(HistoryEvent event) {
        watch.monitor().ifPresent(monitor -> monitor.record(event));
    }

    /**
     * An address at which receivers do not see us is out until they do, or until the configuration names another; one that they know is new no
     * more. What was seen of one that it names no more concerns nobody.
     */
    void seen(RouteEvent event) {
        switch (event.kind()) {
            case ADDRESS_CHANGED, ADDRESS_STILL_CHANGED ->
                event.address().ifPresent(address -> moved(address, event.what()));
            case ADDRESS_CONFIRMED -> event.address().ifPresent(this::mended);
            case ADDRESS_MISMATCH, ADDRESS_MATCHED -> misquotes.hear(event);
            case WARMED_UP -> event.address().ifPresent(address -> warmed(address, event.what()));
            case BLOCK_REPLY,
                    LANE,
                    WARM_UP,
                    BREAKER,
                    GREETING,
                    QUOTA,
                    SENDER_REFUSED,
                    SENDER_UNPROVEN,
                    CREDENTIALS_REFUSED,
                    ADDRESS_CONFIG -> {
                // They say nothing of the set-up.
            }
        }
    }

    /** Whether others greet a source that is not admitted yet. */
    void probed(SourceProbe probe) {
        atSources(probe.address(), (monitor, source) -> {
            probed.put(address(source), probe.finding());
            monitor.probed(source.name(), probe.finding());
        });
    }

    private void moved(InetAddress address, String why) {
        atSources(address, (monitor, source) -> {
            moved.put(address(source), why);
            monitor.faulty(source.name(), DnsblMonitor.EGRESS, why);
        });
    }

    private void mended(InetAddress address) {
        atSources(address, (monitor, source) -> {
            moved.remove(address(source));
            monitor.mended(source.name(), DnsblMonitor.EGRESS);
        });
    }

    /** A monitor that is just ending does not hear it; the router says it again the next day. */
    private void warmed(InetAddress address, String why) {
        atSources(address, (monitor, source) -> monitor.warmed(source.name(), why));
    }

    private void atSources(InetAddress address, BiConsumer<DnsblMonitor, SourceAddress> order) {
        var seen = IpAddress.parse(address.getHostAddress());
        seeing.lock();
        try {
            var current = watch;
            current.monitor()
                    .ifPresent(monitor -> current.configuration().sources().stream()
                            .filter(source -> address(source).equals(seen))
                            .forEach(source -> order.accept(monitor, source)));
        } finally {
            seeing.unlock();
        }
    }

    @Override
    public String node() {
        return watch.configuration().node().name();
    }

    @Override
    public Reputation reputation() {
        var current = watch;
        var known = current.monitor().map(DnsblMonitor::reputation).orElse(current.none());
        return known.calling(misquotes.alarms(
                current.configuration().sources(), InstantSource.system().instant()));
    }

    @Override
    public Map<String, AddressAnswer.Setup> setups() {
        return watch.configuration().sources().stream()
                .collect(Collectors.toUnmodifiableMap(SourceAddress::name, this::setup));
    }

    private AddressAnswer.Setup setup(SourceAddress source) {
        return new AddressAnswer.Setup(node(), source.local().getHostAddress(), source.helo());
    }

    @Override
    public List<HistoryEvent> events(HistoryFilter filter) {
        return watch.monitor().map(monitor -> monitor.events(filter)).orElse(List.of());
    }

    @Override
    public MonitorStats stats() {
        return watch.monitor().map(DnsblMonitor::stats).orElse(new MonitorStats(Map.of(), Map.of(), 0));
    }

    @Override
    public Optional<Recheck> recheck(String ip, String list) {
        return watch.monitor().flatMap(monitor -> monitor.recheck(ip, list));
    }

    @Override
    public boolean mute(String ip, String list, Mute mute) {
        return ordered(monitor -> monitor.mute(ip, list, mute)).orElse(false);
    }

    @Override
    public Optional<Unmute> unmute(String ip, String list, String who) {
        return ordered(monitor -> monitor.unmute(ip, list, who)).flatMap(done -> done);
    }

    @Override
    public Optional<Operated> operate(String source, OperatorOrder order) {
        return ordered(monitor -> monitor.operate(source, order)).flatMap(done -> done);
    }

    /** While the settings change it waits for who monitors by the new ones. */
    private <T> Optional<T> ordered(Function<DnsblMonitor, T> order) {
        ordering.lock();
        try {
            return watch.monitor().map(order);
        } finally {
            ordering.unlock();
        }
    }

    /** Nothing is under way any more by these sources, which are to be drained. */
    void drained(Set<String> sources) {
        watch.monitor().ifPresent(monitor -> sources.forEach(monitor::drained));
    }

    @Override
    public void close() {
        watch.monitor().ifPresent(DnsblMonitor::close);
    }
}
