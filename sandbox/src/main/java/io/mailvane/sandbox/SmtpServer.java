package io.mailvane.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A receiver of mail for any domain, on loopback, which keeps what it takes in maildirs. */
final class SmtpServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** How the last mail came. */
    record Arrival(Instant at, InetAddress client, String greeting, String id) {}

    private final String hostName;
    private final Receiver receiver;
    private final Postbox postbox;
    private final InstantSource clock;
    private final Consumer<String> journal;
    private final TcpListener listener;
    private final LongAdder kept = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private volatile Optional<Arrival> last = Optional.empty();

    /**
     * What it is made of.
     *
     * @param hostName of the banner and the Received fields
     * @param maildirs the folder for its maildirs
     */
    record Setup(String hostName, int port, Path maildirs) {}

    private SmtpServer(Setup setup, InstantSource clock, LongSupplier nanoTicker, Consumer<String> journal)
            throws IOException {
        hostName = setup.hostName();
        receiver = new Receiver(nanoTicker);
        postbox = new Postbox(setup.maildirs(), clock);
        this.clock = clock;
        this.journal = journal;
        listener = TcpListener.start(setup.port(), this::talk, journal);
    }

    static SmtpServer start(Setup setup, InstantSource clock, LongSupplier nanoTicker, Consumer<String> journal)
            throws IOException {
        return new SmtpServer(setup, clock, nanoTicker, journal);
    }

    private void talk(Socket client) throws IOException {
        client.setSoTimeout((int) PATIENCE.toMillis());
        client.setTcpNoDelay(true);
        new SmtpSession(this, client).run();
    }

    InetSocketAddress address() {
        return listener.address();
    }

    String hostName() {
        return hostName;
    }

    Receiver receiver() {
        return receiver;
    }

    Postbox.Draft beginContent() throws IOException {
        return postbox.begin();
    }

    Instant now() {
        return clock.instant();
    }

    void countKept(Arrival arrival, String forwardPath) {
        kept.increment();
        last = Optional.of(arrival);
        journal.accept(hostName + " keeps " + arrival.id() + " for <" + forwardPath + "> from "
                + arrival.client().getHostAddress() + " as " + arrival.greeting());
    }

    void countRefusal(InetAddress client, Refusal refusal) {
        refusals.increment();
        journal.accept(hostName + " refuses " + client.getHostAddress() + ": "
                + refusal.lines().getLast());
    }

    /** Copies kept since the start: one for each recipient. */
    long kept() {
        return kept.sum();
    }

    long refusals() {
        return refusals.sum();
    }

    Optional<Arrival> last() {
        return last;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
