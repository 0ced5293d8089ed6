package io.mailvane.appliance.web;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.glassfish.jersey.jdkhttp.JdkHttpHandlerContainer;
import org.glassfish.jersey.server.ContainerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;

/** REST, metrics and pages of a node; a virtual thread per request. */
public final class WebServer implements AutoCloseable {
    /** Whoever asked for the drain is to hear that it began. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private static final int BACKLOG = 128;
    private static final String REQUEST_SECONDS = "60";
    /** The slowest answer is the content of a large message to a slow client. */
    private static final String RESPONSE_SECONDS = "1800";

    private final HttpServer server;
    private final ExecutorService threads;
    private final PeerWatch peers;
    private final ReputationStream stream;
    private final UnderWay underWay;
    private final Optional<RenewableTls> tls;

    private WebServer(
            HttpServer server,
            ExecutorService threads,
            PeerWatch peers,
            ReputationStream stream,
            UnderWay underWay,
            Optional<RenewableTls> tls) {
        this.server = server;
        this.threads = threads;
        this.peers = peers;
        this.stream = stream;
        this.underWay = underWay;
        this.tls = tls;
    }

    /**
     * Requests are taken when it returns; the first may wait until the pages are made.
     *
     * @throws IOException if the address cannot be bound; the message names it
     */
    public static WebServer start(WebSettings settings, WebParts parts) throws IOException {
        limitTimes();
        var tls = settings.tls().map(RenewableTls::new);
        var server = bind(settings.address(), tls);
        var peers = new PeerWatch(
                settings.peers(),
                parts.clock(),
                System::nanoTime,
                snapshot -> parts.strikes().ofPeers().accept(snapshot.peerStrikes()));
        var pair = new Pair(parts, peers);
        var stream = new ReputationStream(() -> pair.reputation().sight());
        var pages = new PreparedHandler(
                () -> ContainerFactory.createContainer(JdkHttpHandlerContainer.class, resources(parts, peers)));
        var access = new Access(
                settings.token(),
                settings.address().getAddress().getHostAddress(),
                problem -> new PagesResource(parts, peers).refused(problem));
        var underWay = new UnderWay();
        server.createContext("/", pages).getFilters().addAll(List.of(underWay, access));
        server.createContext(ReputationStream.PATH, stream).getFilters().addAll(List.of(underWay, access));
        var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http").factory());
        server.setExecutor(threads);
        server.start();
        peers.start();
        return new WebServer(server, threads, peers, stream, underWay, tls);
    }

    /**
     * A client that sends or reads without an end must not hold a connection for ever. The JDK's server reads these once,
     * when the first of the process is made, and has no other way to be told; what the JVM was started with stands.
     */
    private static void limitTimes() {
        System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
        System.getProperties().putIfAbsent("sun.net.httpserver.maxRspTime", RESPONSE_SECONDS);
    }

    private static HttpServer bind(InetSocketAddress address, Optional<RenewableTls> tls) throws IOException {
        try {
            if (tls.isEmpty()) {
                return HttpServer.create(address, BACKLOG);
            }
            var server = HttpsServer.create(address, BACKLOG);
            server.setHttpsConfigurator(new HttpsConfigurator(tls.get().context()));
            return server;
        } catch (IOException e) {
            throw new IOException(
                    "http: cannot bind " + address.toString().replaceFirst(".*/", "") + ": " + e.getMessage(), e);
        }
    }

    static ResourceConfig resources(WebParts parts, PeerWatch peers) {
        var pair = new Pair(parts, peers);
        return new ResourceConfig()
                .property(ServerProperties.WADL_FEATURE_DISABLE, true)
                .property(ServerProperties.FEATURE_AUTO_DISCOVERY_DISABLE, true)
                .property(ServerProperties.METAINF_SERVICES_LOOKUP_DISABLE, true)
                .property(ServerProperties.MOXY_JSON_FEATURE_DISABLE, true)
                .register(new JsonWriter())
                .register(new Faults())
                .register(new Compression())
                .register(new HealthResource(parts))
                .register(new MetricsResource(parts, peers))
                .register(new NodeResource(parts, peers))
                .register(new QueueResource(parts))
                .register(new RouteResource(parts))
                .register(new WorkersResource(parts))
                .register(new ReputationResource(parts, pair))
                .register(new OpenApiResource())
                .register(new PagesResource(parts, peers));
    }

    /** Whether a peer said that it takes mail there. Does not block. */
    public boolean isPeerListener(InetSocketAddress address) {
        return peers.listeners().contains(address);
    }

    /** Where it listens; the port is the real one. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** The reputation changed: open pages look at once. */
    public void reputationChanged() {
        stream.changed();
    }

    /** A renewed certificate, for connections from now on; only of a server that speaks HTTPS already. */
    public void changeTls(SSLContext renewed) {
        tls.ifPresent(current -> current.renew(renewed));
    }

    @Override
    public void close() {
        peers.close();
        stream.end();
        underWay.awaitNone(ANSWER);
        server.stop(0);
        threads.shutdownNow();
    }
}
