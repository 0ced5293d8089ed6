package io.mailvane.sandbox;

import io.mailvane.sandbox.NameService.Role;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** The sample world, running: it is assembled here from top to bottom, and closed in reverse. */
final class Sandbox implements AutoCloseable {
    private static final String MX_NAME = "mx.elsewhere.example";
    private static final String SMARTHOST_NAME = "smarthost.test";

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Announcement announcement;

    /**
     * Starts all servers; when it returns they answer, and other programs can find them.
     *
     * @throws IOException if the directory is held, a port is taken or a zone file cannot be used; nothing is left running
     */
    static Sandbox start(SandboxSettings settings, Surroundings surroundings) throws IOException {
        return new Sandbox(settings, surroundings);
    }

    private Sandbox(SandboxSettings settings, Surroundings surroundings) throws IOException {
        Consumer<String> journal = line -> surroundings
                .err()
                .println(surroundings.clock().instant() + " sandbox " + line.replaceAll("\\p{Cntrl}", "?"));
        try {
            announcement = assemble(settings, surroundings, journal);
        } catch (IOException | RuntimeException e) {
            closeAll(e);
            throw e;
        }
    }

    private Announcement assemble(SandboxSettings settings, Surroundings surroundings, Consumer<String> journal)
            throws IOException {
        var ports = settings.ports();
        var run = keep(RunFolder.take(settings.directory()));
        var blacklists = blacklists(settings);
        var all = Stream.concat(blacklists.stream(), worldZones(settings).stream())
                .toList();
        var resolver = new NameService(Role.RESOLVER, all);
        var dns = keep(bound(ports.dns(), port -> DnsServer.start(resolver, port, journal)));
        var listServer = new NameService(Role.AUTHORITY, blacklists);
        var blacklist = keep(bound(ports.blacklist(), port -> DnsServer.start(listServer, port, journal)));
        var mx = keep(receiver(MX_NAME, "mx", ports.mx(), settings, surroundings, journal));
        var smarthost = keep(receiver(SMARTHOST_NAME, "smarthost", ports.smarthost(), settings, surroundings, journal));
        var receivers = new LinkedHashMap<String, SmtpServer>();
        receivers.put("mx", mx);
        receivers.put("smarthost", smarthost);
        var world = new World(resolver, all, receivers);
        var token = run.writeToken();
        var control = keep(bound(ports.control(), port -> ControlServer.bind(port, world, token, journal)));
        var announced = new Announcement(
                1,
                ProcessHandle.current().pid(),
                text(dns.address()),
                text(blacklist.address()),
                text(mx.address()),
                text(smarthost.address()),
                text(control.address()));
        control.answer(announced);
        run.announce(announced);
        return announced;
    }

    private static List<ScriptedZone> blacklists(SandboxSettings settings) throws IOException {
        var zones = new ArrayList<ScriptedZone>();
        for (var origin : settings.blacklists()) {
            try {
                zones.add(new ScriptedZone(new BlacklistZone(Name.fromString(origin, Name.root))));
            } catch (TextParseException e) {
                throw new IOException(origin + " is not a zone's name", e);
            }
        }
        return zones;
    }

    private static List<ScriptedZone> worldZones(SandboxSettings settings) throws IOException {
        var zones = new ArrayList<>(WorldZone.samples());
        for (var file : settings.zoneFiles()) {
            try {
                zones.addAll(WorldZone.read(file));
            } catch (IOException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
        return zones.stream().map(ScriptedZone::new).toList();
    }

    private static SmtpServer receiver(
            String hostName,
            String folder,
            int port,
            SandboxSettings settings,
            Surroundings surroundings,
            Consumer<String> journal)
            throws IOException {
        return bound(
                port,
                free -> SmtpServer.start(
                        new SmtpServer.Setup(
                                hostName, free, settings.directory().resolve(folder)),
                        surroundings.clock(),
                        surroundings.nanoTicker(),
                        journal));
    }

    /** Something that takes a port. */
    @FunctionalInterface
    private interface Binding<T> {
        T to(int port) throws IOException;
    }

    private static <T> T bound(int port, Binding<T> server) throws IOException {
        try {
            return server.to(port);
        } catch (BindException e) {
            throw new IOException("127.0.0.1:" + port + " is taken by another program", e);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        return part;
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    Announcement announcement() {
        return announcement;
    }

    /** Lets {@link #awaitStopped} return. */
    void stop() {
        stopped.countDown();
    }

    void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    @Override
    public void close() throws IOException {
        var failure = new IOException("the sandbox did not stop cleanly");
        closeAll(failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    /** Each is closed whatever the others say. */
    private void closeAll(Exception gathers) {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                gathers.addSuppressed(e);
            }
        }
    }
}
