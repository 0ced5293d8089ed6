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
import io.mailvane.inbound.InboundSettings;
import io.mailvane.inbound.RecipientAnswer;
import io.mailvane.inbound.SmtpServer;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.Secret;
import io.mailvane.outbound.DsnWriter;
import io.mailvane.outbound.OutboundRouter;
import io.mailvane.outbound.Surroundings;
import io.mailvane.outbound.TransportProvider;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.PartitionLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
    /** What is closed after the lease was given up takes no longer, unless it hangs. */
    private static final Duration TO_CLOSE = Duration.ofSeconds(5);

    private static final Duration RECLAIM = Duration.ofSeconds(20);
    /** What receivers said in so much time is lost with the process. */
    private static final Duration REMEMBER = Duration.ofSeconds(10);
    /** Receivers are asked far less often: how late one may be asked. */
    private static final Duration LOOK_AT_ADDRESSES = Duration.ofMinutes(1);

    private static final Duration LOOK_AT_WAYS = Duration.ofSeconds(5);

    /** How long the first mail after a pause waits for a look at it, at most. */
    private static final Duration LOOK_AT_WORKERS = Duration.ofSeconds(1);

    private final Beginning beginning;
    private final AtomicReference<Configuration> configuration;
    private final Instant started = Instant.now();
    private final RunFiles runFiles;
    private final Opened opened = new Opened();
    private final Storage storage;
    private final Partitions partitions;
    private final MessageQueue queue;
    private final Workers workers;
    private final Scanning scanning;
    private final Monitoring monitoring;
    private final Refusals refusals = new Refusals();
    private final OutboundRouter outbound;
    private final SmtpServer inbound;
    private final Secret token;
    private final WebServer web;
    /** Delivery begins before the pages, and so before a peer is heard of. */
    private final AtomicReference<Predicate<InetSocketAddress>> peerListener = new AtomicReference<>(address -> false);

    private final Life life = new Life();
    /** All parts are there, so that they can be stopped. */
    private volatile boolean complete;

    private Node(Beginning beginning) throws IOException {
        this.beginning = beginning;
        var configuration = beginning.configuration();
        this.configuration = new AtomicReference<>(configuration);
        this.runFiles = new RunFiles(configuration.node().run());
        var node = configuration.node();
        SettingsLog.write(LOG, beginning.file(), configuration);
        try {
            PrivateDirectory.make(node.run());
            opened.add("the data's lock", PartitionLock.take(node.run()));
            storage = Storage.open(configuration);
            partitions =
                    opened.add("the leases", new Partitions(configuration, storage, beginning.stop(), this::leaseLost));
            PrivateDirectory.make(partitions.directory());
            opened.add("the partition's lock", PartitionLock.take(partitions.directory()));
            queue = opened.add("the queue", openQueue(configuration));
            partitions.begin();
            workers = opened.add(
                    "the scan workers",
                    Workers.open(configuration.scan(), node.run().resolve("workers"), runFiles.scanTokenFile()));
            scanning = opened.add(
                    "scanning", Scanning.start(() -> this.configuration.get().scan(), queue, runFiles.scanToken()));
            workers.serve(scanning.pool(), queue, scanning.stats()::wanted);
            monitoring = opened.add("the monitor of DNSBLs", Monitoring.open(configuration, this::hasSmarthost));
            outbound = opened.add(
                    "delivery",
                    OutboundRouter.start(
                            configuration.outbound(),
                            queue,
                            surroundings(),
                            monitoring.reputation().standings()));
            monitoring.begin();
            monitoring.listen(reputation -> outbound.standings(reputation.standings()));
            inbound = opened.add(
                    "the SMTP server",
                    SmtpServer.start(
                            configuration.inbound(),
                            new SmtpServer.Surroundings(
                                    queue,
                                    this::closedReason,
                                    mailbox -> RecipientAnswer.NO_ANSWER,
                                    scanning::scan,
                                    InstantSource.system(),
                                    System::nanoTime)));
            token = beginning.token().isPresent() ? beginning.token().get() : runFiles.newToken();
            web = opened.add("the web server", WebServer.start(webSettings(), webParts()));
            peerListener.set(web::isPeerListener);
            monitoring.listen(_ -> web.reputationChanged());
            startSchedule();
            runFiles.announce(node.name(), smtpAddresses(), text(web.address()));
            complete = true;
            if (life.hasLost()) {
                end();
            }
        } catch (IOException | RuntimeException e) {
            opened.closeAll();
            throw e;
        }
    }

    private MessageQueue openQueue(Configuration configuration) throws IOException {
        var node = configuration.node();
        return MessageQueue.open(
                configuration.queue(),
                storage.segments(partitions.directory()),
                new DsnWriter(node.hostname(), node.postmaster()),
                InstantSource.system(),
                partitions.tenure(),
                partitions.formerEnding());
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
                queue,
                outbound::explain,
                new ReputationDesk(monitoring, this::routing, InstantSource.system()),
                new WebParts.Strikes(outbound::strikes, outbound::peerStrikes, refusals::counts),
                () -> scanning.view(configuration.get().scan()),
                workers::crew,
                storage::status,
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
            schedule.every(storage.interval(), "volume", storage::look);
            schedule.every(RECLAIM, "reclaim", this::reclaim);
            schedule.every(WATCH, "watch-volume", this::watchVolume);
            schedule.every(REMEMBER, "remember", outbound::remember);
            schedule.every(LOOK_AT_ADDRESSES, "addresses", outbound::lookAtAddresses);
            schedule.every(LOOK_AT_WORKERS, "workers", workers::look);
            schedule.every(LOOK_AT_WORKERS, "scanning", scanning::look);
            schedule.every(LOOK_AT_WAYS, "ways", new WayOutWatch(this::routing, InstantSource.system())::look);
        } catch (SchedulerException e) {
            throw new IOException("the schedule does not start: " + e.getMessage(), e);
        }
    }

    /** A node that ends goes on with nobody's queue. */
    private void watchVolume() throws IOException {
        if (!life.isEnding()) {
            partitions.adoptions().watch(queue);
        }
    }

    private void reclaim() throws IOException {
        queue.reclaim();
        partitions.adoptions().reclaim();
    }

    /** What {@code run} says when the node is ready. */
    public String readyLine() {
        return "READY node=" + configuration.get().node().name() + " smtp=" + mainSmtpAddress() + " http="
                + text(web.address());
    }

    private String mainSmtpAddress() {
        var addresses = smtpAddresses();
        return configuration.get().inbound().listeners().stream()
                .filter(listener -> listener.role() == InboundSettings.Role.MX)
                .findFirst()
                .or(() -> configuration.get().inbound().listeners().stream().findFirst())
                .map(listener -> addresses.getOrDefault(listener.name(), "-"))
                .orElse("-");
    }

    private Map<String, String> smtpAddresses() {
        Map<String, String> addresses = new LinkedHashMap<>();
        inbound.addresses().forEach((name, address) -> addresses.put(name, text(address)));
        return addresses;
    }

    private static String text(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private NodeStatus status() {
        var current = configuration.get();
        var closed = closedReason();
        var addresses = smtpAddresses();
        return new NodeStatus(
                current.node().name(),
                current.node().zone(),
                life.state(closed),
                life.reasons(closed),
                queue.epoch(),
                started,
                current.inbound().listeners().stream()
                        .map(listener -> new NodeStatus.Listener(
                                listener.name(),
                                listener.role().name().toLowerCase(Locale.ROOT),
                                addresses.getOrDefault(listener.name(), "-")))
                        .toList(),
                current.outbound().relayDomains().keySet().stream().sorted().toList(),
                partitions.status(),
                partitions.adoptions().takeovers());
    }

    /** Why no mail may be taken. The volume is asked first: it knows before a write fails. */
    private Optional<String> closedReason() {
        return storage.closedReason().or(queue::closedReason);
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

    /** This node may say and begin nothing any more, so it ends; what it has begun is still written. */
    private void leaseLost(String why) {
        life.lose(why);
        if (complete) {
            end();
        }
    }

    private Optional<String> adopt(String partition) {
        if (life.isEnding()) {
            return Optional.of(Life.STOPPING);
        }
        try {
            return partitions.adoptions().adoptNow(queue, partition);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #drain}, after which another node goes on with the queue at once. */
    public void handOver() {
        partitions.handOver();
        drain();
    }

    /** Begins to stop and returns at once; again does nothing more. */
    public void drain() {
        if (life.tellToEnd()) {
            Thread.ofPlatform().daemon().name("end-anyhow").start(this::endAnyhow);
        }
        end();
    }

    private void end() {
        if (life.beginToEnd()) {
            Thread.ofPlatform().name("drain").start(this::stop);
        }
    }

    private void stop() {
        try {
            boolean isInOrder = drainAll(configuration.get().node().drain());
            partitions.adoptions().end();
            if (isInOrder) {
                partitions.endInOrder();
            }
            if (life.hasLost()) {
                awaitVolume();
            }
            runFiles.withdraw();
        } catch (IOException e) {
            LOG.warn("{}", LogLine.event("alarm").field("what", "node-file-stays"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            opened.closeAll();
            life.stopped();
        }
    }

    /**
     * No client waits for a node that may say no 250.
     *
     * @return whether no delivery was cut, so that nothing is in doubt
     */
    private boolean drainAll(Duration patience) throws InterruptedException {
        var inOrder = new AtomicBoolean();
        var deliveries = Thread.ofVirtual().start(() -> inOrder.set(outbound.drain(patience)));
        if (!inbound.drain(life.hasLost() ? Duration.ZERO : patience)) {
            LOG.warn("{}", LogLine.event("alarm").field("what", "sessions-cut"));
        }
        deliveries.join();
        return inOrder.get();
    }

    /** Its pages are served meanwhile, and say so. */
    private void awaitVolume() throws InterruptedException {
        boolean isTold = false;
        while (!partitions.isVolumeWritable()) {
            if (!isTold) {
                LOG.error(
                        "{}",
                        LogLine.event("alarm")
                                .field("what", "volume-awaited")
                                .field("reason", "no mail is taken or delivered until it can be written to"));
                isTold = true;
            }
            if (life.awaitToldToEnd(WATCH)) {
                return;
            }
        }
    }

    /** A volume that does not answer must not keep a node from its end that may write nothing to it. */
    private void endAnyhow() {
        try {
            boolean isStopped = life.awaitStopped(configuration.get().node().drain());
            while (!isStopped && partitions.mayAct()) {
                isStopped = life.awaitStopped(WATCH);
            }
            if (!isStopped && !life.awaitStopped(TO_CLOSE)) {
                LOG.error(
                        "{}", LogLine.event("alarm").field("what", "not-closed").field("part", "the volume"));
                life.stopped();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when a drain has ended. */
    public End awaitStopped() throws InterruptedException {
        return life.awaitStopped();
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
