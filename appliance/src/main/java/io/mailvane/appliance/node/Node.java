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
import io.mailvane.outbound.DsnWriter;
import io.mailvane.outbound.OutboundRouter;
import io.mailvane.outbound.Surroundings;
import io.mailvane.outbound.TransportProvider;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.PartitionLock;
import io.mailvane.route.RouteEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
    private static final Duration RECLAIM = Duration.ofSeconds(20);
    /** What receivers said in so much time is lost with the process. */
    private static final Duration REMEMBER = Duration.ofSeconds(10);
    /** Receivers are asked far less often: how late one may be asked. */
    private static final Duration LOOK_AT_ADDRESSES = Duration.ofMinutes(1);

    /** How long the first mail after a pause waits for a look at it, at most. */
    private static final Duration LOOK_AT_WORKERS = Duration.ofSeconds(1);

    private final Path file;
    private final List<TransportProvider> providers;
    private final AtomicReference<Configuration> configuration;
    private final Instant started = Instant.now();
    private final RunFiles runFiles;
    private final Opened opened = new Opened();
    private final Storage storage;
    private final MessageQueue queue;
    private final Workers workers;
    private final Scanning scanning;
    private final Monitoring monitoring;
    private final Refusals refusals = new Refusals();
    private final OutboundRouter outbound;
    private final SmtpServer inbound;
    private final WebServer web;
    /** Delivery begins before the pages, and so before a peer is heard of. */
    private final AtomicReference<Predicate<InetSocketAddress>> peerListener = new AtomicReference<>(address -> false);

    private final AtomicBoolean draining = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Node(Path file, Configuration configuration, List<TransportProvider> providers) throws IOException {
        this.file = file;
        this.providers = providers;
        this.configuration = new AtomicReference<>(configuration);
        this.runFiles = new RunFiles(configuration.node().run());
        var node = configuration.node();
        SettingsLog.write(LOG, file, configuration.inForce());
        SecretFiles.warn(LOG, configuration.secretFiles());
        try {
            PrivateDirectory.make(node.run());
            opened.add("the data's lock", PartitionLock.take(node.run()));
            storage = Storage.open(configuration);
            PrivateDirectory.make(configuration.partition());
            opened.add("the partition's lock", PartitionLock.take(configuration.partition()));
            queue = opened.add(
                    "the queue",
                    MessageQueue.open(
                            configuration.queue(),
                            storage.segments(configuration.partition()),
                            new DsnWriter(node.hostname(), node.postmaster()),
                            InstantSource.system()));
            workers = opened.add(
                    "the scan workers",
                    Workers.open(configuration.scan(), node.run().resolve("workers"), runFiles.scanTokenFile()));
            scanning = opened.add(
                    "scanning", Scanning.start(() -> this.configuration.get().scan(), queue, runFiles.scanToken()));
            workers.serve(scanning.pool(), queue, scanning.stats()::wanted);
            monitoring = opened.add("the monitor of DNSBLs", Monitoring.start(configuration, this::hasSmarthost));
            outbound = opened.add(
                    "delivery",
                    OutboundRouter.start(
                            configuration.outbound(),
                            queue,
                            surroundings(),
                            monitoring.reputation().standings()));
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
            web = opened.add("the web server", WebServer.start(webSettings(), webParts()));
            peerListener.set(web::isPeerListener);
            monitoring.listen(_ -> web.reputationChanged());
            startSchedule();
            runFiles.announce(node.name(), smtpAddresses(), text(web.address()));
        } catch (IOException | RuntimeException e) {
            opened.closeAll();
            throw e;
        }
    }

    /**
     * Starts all of it; mail is taken and pages are served when it returns.
     *
     * @throws ConfigurationException if the file is wrong; nothing was touched
     * @throws PartitionLock.HeldException if another process has the data or the partition; it is named
     * @throws IOException if an address cannot be bound or a directory not be used; nothing is left open
     */
    public static Node start(Path file) throws ConfigurationException, IOException {
        var providers = installedProviders();
        return new Node(file, ConfigurationFile.read(file, providers), providers);
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
                providers,
                address -> peerListener.get().test(address),
                monitoring::evidence,
                this::remember,
                Optional.of(configuration.get().node().data().resolve("routes.db")));
    }

    /** What only an operator can mend is an alarm too; what a receiver said of an address the monitor writes down itself. */
    private void remember(RouteEvent event) {
        configuration.get().sources().stream()
                .filter(source -> source.name().equals(event.route().name()))
                .forEach(source ->
                        refusals.count(event, source.monitored().address().toString()));
        if (event.kind() != RouteEvent.Kind.BLOCK_REPLY) {
            monitoring.record(RouteHistory.of(event));
        }
        monitoring.seen(event);
        switch (event.kind()) {
            case CREDENTIALS_REFUSED, ADDRESS_CONFIG, ADDRESS_MISMATCH, ADDRESS_CHANGED, SENDER_UNPROVEN ->
                LOG.warn(
                        "{}",
                        LogLine.event("alarm")
                                .field("what", "route-fault")
                                .field("route", event.route().name())
                                .field("reason", RouteHistory.cause(event)));
            case BLOCK_REPLY, LANE, BREAKER, QUOTA, SENDER_REFUSED, ADDRESS_CONFIRMED -> {
                // The history has it, and the page.
            }
        }
    }

    /** Whether mail of any domain has a way out that is no address of ours. */
    private boolean hasSmarthost() {
        return !configuration.get().outbound().smarthosts().isEmpty();
    }

    private WebSettings webSettings() throws IOException {
        var current = configuration.get();
        return new WebSettings(
                current.http().address(), runFiles.newToken(), current.http().tls(), current.peers());
    }

    private WebParts webParts() {
        return new WebParts(
                this::status,
                () -> Traffic.of(inbound.stats(), outbound.stats()),
                queue,
                outbound::explain,
                new ReputationDesk(monitoring, this::routing, InstantSource.system()),
                new WebParts.Strikes(outbound::strikes, outbound::peerStrikes, refusals::counts),
                () -> scanning.view(configuration.get().scan().engines()),
                workers::crew,
                storage::status,
                new WebParts.Operations(this::reload, this::drain),
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
            schedule.every(RECLAIM, "reclaim", queue::reclaim);
            schedule.every(REMEMBER, "remember", outbound::remember);
            schedule.every(LOOK_AT_ADDRESSES, "addresses", outbound::lookAtAddresses);
            schedule.every(LOOK_AT_WORKERS, "workers", workers::look);
        } catch (SchedulerException e) {
            throw new IOException("the schedule does not start: " + e.getMessage(), e);
        }
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
                draining.get()
                        ? NodeStatus.State.DRAINING
                        : closed.isPresent() ? NodeStatus.State.CLOSED : NodeStatus.State.ACCEPTING,
                reasons(closed),
                queue.epoch(),
                started,
                current.inbound().listeners().stream()
                        .map(listener -> new NodeStatus.Listener(
                                listener.name(),
                                listener.role().name().toLowerCase(Locale.ROOT),
                                addresses.getOrDefault(listener.name(), "-")))
                        .toList(),
                current.outbound().relayDomains().keySet().stream().sorted().toList());
    }

    /** Why no mail may be taken. The volume is asked first: it knows before a write fails. */
    private Optional<String> closedReason() {
        return storage.closedReason().or(queue::closedReason);
    }

    private List<String> reasons(Optional<String> closed) {
        var reasons = new ArrayList<String>();
        if (draining.get()) {
            reasons.add("the node is being stopped");
        }
        closed.ifPresent(reasons::add);
        return reasons;
    }

    /**
     * Reads the configuration anew, all or nothing: what is wrong, or cannot change while the node runs, leaves it as it was.
     *
     * @return every problem; none if the new configuration is in force
     */
    public synchronized List<String> reload() {
        try {
            var changed = ConfigurationFile.read(file, providers);
            var problems = Restart.neededFor(file, configuration.get(), changed);
            if (problems.isEmpty()) {
                monitoring.reload(changed);
                outbound.reload(changed.outbound(), monitoring.reputation().standings());
                inbound.changePolicy(changed.inbound().policy());
                inbound.changeTls(changed.inbound().listeners());
                changed.http().tls().ifPresent(web::changeTls);
                configuration.set(changed);
                SettingsLog.write(LOG, file, changed.inForce());
                SecretFiles.warn(LOG, changed.secretFiles());
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

    /** Begins to stop and returns at once; again does nothing more. */
    public void drain() {
        if (draining.compareAndSet(false, true)) {
            Thread.ofPlatform().name("drain").start(this::stop);
        }
    }

    private void stop() {
        var patience = configuration.get().node().drain();
        try {
            var deliveries = Thread.ofVirtual().start(() -> outbound.drain(patience));
            if (!inbound.drain(patience)) {
                LOG.warn("{}", LogLine.event("alarm").field("what", "sessions-cut"));
            }
            deliveries.join();
            runFiles.withdraw();
        } catch (IOException e) {
            LOG.warn("{}", LogLine.event("alarm").field("what", "node-file-stays"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            opened.closeAll();
            stopped.countDown();
        }
    }

    /** Returns when a drain has ended. */
    public void awaitStopped() throws InterruptedException {
        stopped.await();
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
