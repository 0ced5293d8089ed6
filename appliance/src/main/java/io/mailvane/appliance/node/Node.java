package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.appliance.reputation.Refusals;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import io.mailvane.appliance.web.NodeStatus;
import io.mailvane.appliance.web.Traffic;
import io.mailvane.appliance.web.WebParts;
import io.mailvane.appliance.web.WebServer;
import io.mailvane.appliance.web.WebSettings;
import io.mailvane.inbound.RecipientAnswer;
import io.mailvane.inbound.SmtpServer;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.Secret;
import io.mailvane.outbound.OutboundRouter;
import io.mailvane.outbound.Surroundings;
import io.mailvane.outbound.TransportProvider;
import io.mailvane.queue.PartitionLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node that runs: takes mail, delivers it, shows what it does. Any number of threads. */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    /** How often the volume is looked at for partitions that nobody acts for. */
    private static final Duration WATCH = Duration.ofSeconds(1);

    private static final Duration RECLAIM = Duration.ofSeconds(20);
    /** What receivers said in so much time is lost with the process. */
    private static final Duration REMEMBER = Duration.ofSeconds(10);
    /** Receivers are asked far less often: how late one may be asked. */
    private static final Duration LOOK_AT_ADDRESSES = Duration.ofMinutes(1);

    private static final Duration LOOK_AT_WAYS = Duration.ofSeconds(5);
    /** How long an address stays DRAINING after its last mail, at most. */
    private static final Duration LOOK_AT_DRAINED = Duration.ofSeconds(1);
    /** Mail may wait for a quarter of an hour at least. */
    private static final Duration LOOK_AT_WAITING = Duration.ofMinutes(1);

    /** How long the first mail after a pause waits for a look at it, at most. */
    private static final Duration LOOK_AT_WORKERS = Duration.ofSeconds(1);

    private final Beginning beginning;
    private final AtomicReference<Configuration> configuration;
    private final Instant started = Instant.now();
    private final RunFiles runFiles;
    private final Opened opened = new Opened();
    private final Ending ending;
    private final Keeping keeping;
    private final Workers workers;
    private final Scanning scanning;
    private final Monitoring monitoring;
    private final Refusals refusals = new Refusals();
    private final OutboundRouter outbound;
    private final SmtpServer inbound;
    private final Secret token;
    private final Listening listening;
    private final WebServer web;
    /** What is delivered is known after what the monitor knew before a restart, by which it is delivered. */
    private final AtomicReference<Function<String, Map<ProviderId, Long>>> taken =
            new AtomicReference<>(source -> Map.of());

    /** Delivery is made ready before the pages, and so before a peer is heard of. */
    private final AtomicReference<Predicate<InetSocketAddress>> peerListener = new AtomicReference<>(address -> false);

    private Node(Beginning beginning) throws IOException {
        this.beginning = beginning;
        var settings = beginning.configuration();
        this.configuration = new AtomicReference<>(settings);
        this.runFiles = new RunFiles(settings.node().run());
        this.ending = new Ending(opened, () -> Ending.Patience.of(configuration.get()));
        SettingsLog.write(LOG, beginning.file(), settings);
        try {
            PrivateDirectory.make(settings.node().run());
            opened.add("the data's lock", PartitionLock.take(settings.node().run()));
            keeping = Keeping.open(settings, beginning.stop(), ending::leaseLost, opened);
            workers = opened.add(
                    "the scan workers",
                    Workers.open(settings.scan(), settings.node().run().resolve("workers"), runFiles.scanTokenFile()));
            scanning = opened.add(
                    "scanning",
                    Scanning.start(() -> configuration.get().scan(), keeping.queue(), runFiles.scanToken()));
            workers.serve(scanning.pool(), keeping.queue(), scanning.stats()::wanted);
            monitoring = opened.add(
                    "the monitor of DNSBLs",
                    Monitoring.open(
                            settings, this::hasSmarthost, source -> taken.get().apply(source)));
            outbound = opened.add("delivery", openOutbound(settings));
            inbound = opened.add("the SMTP server", startInbound(settings));
            listening = new Listening(inbound);
            token = beginning.token().isPresent() ? beginning.token().get() : runFiles.newToken();
            web = opened.add("the web server", WebServer.start(webSettings(), webParts()));
            begin();
        } catch (IOException | RuntimeException e) {
            opened.closeAll();
            throw e;
        }
    }

    private OutboundRouter openOutbound(Configuration settings) {
        var standings = monitoring.reputation().standings();
        return OutboundRouter.open(settings.outbound(), keeping.queue(), surroundings(), standings);
    }

    private SmtpServer startInbound(Configuration settings) throws IOException {
        return SmtpServer.start(
                settings.inbound(),
                new SmtpServer.Surroundings(
                        keeping.queue(),
                        this::closedReason,
                        mailbox -> RecipientAnswer.NO_ANSWER,
                        scanning::scan,
                        InstantSource.system(),
                        System::nanoTime));
    }

    /** Nothing is tried before all that can fail is there: a start that fails, for a port that is taken, leaves nothing in doubt. */
    private void begin() throws IOException {
        peerListener.set(web::isPeerListener);
        taken.set(outbound::taken);
        monitoring.begin();
        monitoring.listen(reputation -> outbound.standings(reputation.standings()));
        monitoring.listen(_ -> web.reputationChanged());
        startSchedule();
        runFiles.announce(configuration.get().node().name(), listening.smtpAddresses(), Listening.text(web.address()));
        keeping.partitions().begin();
        outbound.begin();
        ending.complete(new Ending.Parts(inbound::drain, outbound::drain, keeping.partitions(), runFiles));
    }

    /**
     * Starts all of it; mail is taken and pages are served when it returns.
     *
     * @param stop ends its beginning as long as it waits for a partition; whoever gives it later drains the node
     * @throws StopSignal.StoppedException if that was given; nothing is held, nor left open
     * @throws ConfigurationException if the file is wrong; nothing was touched
     * @throws PartitionLock.HeldException if another process has the data or the partition; it is named
     * @throws io.mailvane.storage.PartitionHeldException if one of another machine has the partition
     * @throws IOException if an address cannot be bound or a directory not be used; nothing is left open
     */
    public static Node start(Path file, StopSignal stop) throws ConfigurationException, IOException {
        var providers = installedProviders();
        return new Node(
                new Beginning(file, ConfigurationFile.read(file, providers), providers, stop, Optional.empty()));
    }

    /** As {@link #start(Path, StopSignal)}, where nobody stops it. */
    public static Node start(Path file) throws ConfigurationException, IOException {
        return start(file, new StopSignal());
    }

    /** The transports of plug-in jars on the class path. */
    public static List<TransportProvider> installedProviders() {
        return Surroundings.installedProviders(Node.class.getClassLoader());
    }

    private Surroundings surroundings() {
        return new Surroundings(
                NameServers.resolver(configuration.get().resolvers()),
                InstantSource.system(),
                System::nanoTime,
                RandomGenerator.getDefault(),
                beginning.providers(),
                address -> peerListener.get().test(address),
                monitoring::evidence,
                new RouteEvents(configuration::get, monitoring, refusals)::remember,
                monitoring::probed,
                Optional.of(configuration.get().node().data().resolve("routes.db")));
    }

    /** Whether mail of any domain has a way out that is no address of ours. */
    private boolean hasSmarthost() {
        return !configuration.get().outbound().smarthosts().isEmpty();
    }

    private WebSettings webSettings() {
        var current = configuration.get();
        return new WebSettings(current.http().address(), token, current.http().tls(), current.peers());
    }

    private WebParts webParts() {
        return new WebParts(
                this::status,
                () -> Traffic.of(inbound.stats(), outbound.stats()),
                keeping.queue(),
                outbound::explain,
                new ReputationDesk(monitoring, this::routing, InstantSource.system()),
                new WebParts.Strikes(outbound::strikes, outbound::peerStrikes, refusals::counts),
                () -> scanning.view(configuration.get().scan()),
                workers::crew,
                keeping.storage()::status,
                new WebParts.Operations(this::reload, this::handOver, this::adopt),
                InstantSource.system());
    }

    /** Has mail scanned; who starts workers gives them to its pool. */
    Scanning scanning() {
        return scanning;
    }

    private RoutingAnswer routing() {
        return RoutingAnswer.of(outbound.ways(), outbound.waitingForRoute());
    }

    private void startSchedule() throws IOException {
        try {
            var schedule = opened.add(
                    "the schedule", Schedule.start(configuration.get().node().name()));
            schedule.every(keeping.storage().interval(), "volume", keeping.storage()::look);
            schedule.every(RECLAIM, "reclaim", keeping::reclaim);
            schedule.every(WATCH, "watch-volume", this::watchVolume);
            schedule.every(REMEMBER, "remember", outbound::remember);
            schedule.every(LOOK_AT_ADDRESSES, "addresses", outbound::lookAtAddresses);
            schedule.every(LOOK_AT_DRAINED, "drained", () -> monitoring.drained(outbound.drained()));
            schedule.every(LOOK_AT_WAITING, "waiting", outbound::lookAtWaiting);
            schedule.every(LOOK_AT_WORKERS, "workers", workers::look);
            schedule.every(LOOK_AT_WORKERS, "scanning", scanning::look);
            schedule.every(LOOK_AT_WAYS, "ways", new WayOutWatch(this::routing, InstantSource.system())::look);
        } catch (SchedulerException e) {
            throw new IOException("the schedule does not start: " + e.getMessage(), e);
        }
    }

    /** A node that ends goes on with nobody's queue. */
    private void watchVolume() throws IOException {
        if (!ending.life().isEnding()) {
            keeping.partitions().adoptions().watch(keeping.queue());
        }
    }

    /** What {@code run} says when the node is ready. */
    public String readyLine() {
        var current = configuration.get();
        return listening.readyLine(current.node().name(), current.inbound(), web.address());
    }

    private NodeStatus status() {
        var current = configuration.get();
        var closed = closedReason();
        return new NodeStatus(
                current.node().name(),
                current.node().zone(),
                ending.life().state(closed),
                ending.life().reasons(closed),
                keeping.queue().epoch(),
                started,
                listening.status(current.inbound()),
                current.outbound().relayDomains().keySet().stream().sorted().toList(),
                keeping.partitions().status(),
                keeping.partitions().adoptions().takeovers());
    }

    /** Why no mail may be taken. The volume is asked first: it knows before a write fails. */
    private Optional<String> closedReason() {
        return keeping.storage().closedReason().or(keeping.queue()::closedReason);
    }

    /**
     * Reads the configuration anew, all or nothing: what is wrong, or cannot change while the node runs, leaves it as it was.
     *
     * @return every problem; none if the new configuration is in force
     */
    public synchronized List<String> reload() {
        var file = beginning.file();
        try {
            var changed = ConfigurationFile.read(file, beginning.providers());
            var problems = Restart.neededFor(file, configuration.get(), changed);
            if (problems.isEmpty()) {
                monitoring.reload(changed);
                outbound.reload(changed.outbound(), monitoring.reputation().standings());
                inbound.changePolicy(changed.inbound().policy());
                inbound.changeTls(changed.inbound().listeners());
                changed.http().tls().ifPresent(web::changeTls);
                configuration.set(changed);
                SettingsLog.write(LOG, file, changed);
            } else {
                refuseReload(problems);
            }
            return problems;
        } catch (ConfigurationException e) {
            refuseReload(e.problems());
            return e.problems();
        } catch (UncheckedIOException e) {
            var problem = file + ":1: dnsbl: its monitor does not start anew: " + e.getMessage();
            refuseReload(List.of(problem));
            return List.of(problem);
        }
    }

    private static void refuseReload(List<String> problems) {
        problems.forEach(problem -> LOG.error(
                "{}", LogLine.event("alarm").field("what", "reload-refused").field("reason", problem)));
    }

    /** How a node ended. */
    public enum End {
        /** It was told to. */
        STOPPED,
        /** Another node may act for its partition: a new one may begin, under another epoch. */
        LEASE_LOST
    }

    private Optional<String> adopt(String partition) {
        if (ending.life().isEnding()) {
            return Optional.of(Life.STOPPING);
        }
        try {
            return keeping.partitions().adoptions().adoptNow(keeping.queue(), partition);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #drain}, after which another node goes on with the queue at once. */
    public void handOver() {
        keeping.partitions().handOver();
        drain();
    }

    /** Begins to stop and returns at once; again does nothing more. */
    public void drain() {
        ending.tellToEnd();
    }

    /** Returns when a drain has ended. */
    public End awaitStopped() throws InterruptedException {
        return ending.life().awaitStopped();
    }

    /**
     * The node that follows one that lost its lease, with the configuration that is in force. Whoever watches finds it where the former
     * was, by the same token.
     *
     * @throws IOException as {@link #start(Path, StopSignal)}
     */
    public Node again(StopSignal stop) throws IOException {
        var same = configuration.get().at(inbound.addresses(), web.address());
        return new Node(new Beginning(beginning.file(), same, beginning.providers(), stop, Optional.of(token)));
    }

    /** Drains, and waits for it. */
    @Override
    public void close() {
        drain();
        try {
            awaitStopped();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
