package io.mailvane.outbound;

import io.mailvane.mail.SmtpReply;
import io.mailvane.mail.StatusClass;
import io.mailvane.reply.EchoedAddress;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Echo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** A connection that has been greeted, secured and authenticated as configured: ready for MAIL. One thread. */
final class SmtpConnection implements AutoCloseable {
    private final Target target;
    private final SmtpClientSettings settings;
    private final StallGuard guard;
    private final SmtpWire wire;
    private final AuthTurns.Attempt auth;
    private final DotStuffing content;
    private Capabilities capabilities = Capabilities.NONE;
    private Optional<InetAddress> seenAs = Optional.empty();
    private Duration greeting = Duration.ZERO;
    private boolean secured;
    /** What a transaction left behind. */
    private volatile State state = State.READY;

    /** What comes before MAIL. */
    private enum Step {
        GREETING("the greeting", ReplyPhase.GREETING),
        EHLO("EHLO", ReplyPhase.EHLO),
        HELO("HELO", ReplyPhase.EHLO),
        STARTTLS("STARTTLS", ReplyPhase.STARTTLS),
        AUTH("AUTH", ReplyPhase.AUTH);

        private final String words;
        private final ReplyPhase phase;

        Step(String words, ReplyPhase phase) {
            this.words = words;
            this.phase = phase;
        }
    }

    /** Whether the next MAIL may be said. */
    enum State {
        READY,
        /** After RSET. */
        NEEDS_RESET,
        /** Never again. */
        BROKEN
    }

    SmtpConnection(
            Target target, SmtpClientSettings settings, StallGuard guard, SmtpWire wire, AuthTurns.Attempt auth) {
        this.target = target;
        this.settings = settings;
        this.guard = guard;
        this.wire = wire;
        this.auth = auth;
        this.content = new DotStuffing(wire, settings.timeouts().block());
    }

    /**
     * All that comes before MAIL: greeting, EHLO, TLS, AUTH.
     *
     * @param begunNanos when it was begun to connect
     */
    void begin(Deadline deadline, TlsMode tls, long begunNanos) throws IOException {
        require(read(deadline), Step.GREETING);
        greeting = Duration.ofNanos(deadline.nowNanos() - begunNanos);
        hello(deadline);
        if (tls != TlsMode.NONE) {
            startTls(deadline, tls);
        }
        if (settings.credentials().isPresent()) {
            authenticate(settings.credentials().get(), deadline);
        }
    }

    private void hello(Deadline deadline) throws IOException {
        var ehlo = ask("EHLO " + settings.hostname(), deadline);
        if (ehlo.statusClass() == StatusClass.SUCCESS) {
            capabilities = Capabilities.of(ehlo);
            seenAs = EchoedAddress.in(ehlo);
            return;
        }
        if (ehlo.statusClass() == StatusClass.TEMPORARY) {
            throw refused(ehlo, Step.EHLO);
        }
        require(ask("HELO " + settings.hostname(), deadline), Step.HELO);
        capabilities = Capabilities.NONE;
    }

    private void startTls(Deadline deadline, TlsMode tls) throws IOException {
        boolean must = tls == TlsMode.VERIFY;
        if (!capabilities.startTls()) {
            if (must) {
                throw new UnusableHostException("TLS is required, and it is not offered");
            }
            return;
        }
        var reply = ask("STARTTLS", deadline);
        if (reply.statusClass() != StatusClass.SUCCESS) {
            if (must) {
                throw refused(reply, Step.STARTTLS);
            }
            return;
        }
        shakeHands(deadline, tls);
        secured = must;
        // What was offered in plain text may be anybody's word (RFC 3207 section 4.2).
        hello(deadline);
    }

    private void shakeHands(Deadline deadline, TlsMode tls) throws IOException {
        try {
            wire.secure(settings.contexts().client(wire.tcp(), target.name(), tls), deadline);
        } catch (ProtocolException e) {
            throw e;
        } catch (IOException e) {
            throw new SmtpDialer.TlsFailedException(e);
        }
    }

    private void authenticate(TransportSettings.Credentials credentials, Deadline deadline) throws IOException {
        if (!secured) {
            throw new UnusableHostException("a password is said only over TLS that verified");
        }
        var mechanisms = capabilities.authMechanisms();
        if (mechanisms.contains("PLAIN")) {
            auth.say(deadline, () -> sayPlain(credentials, deadline));
        } else if (mechanisms.contains("LOGIN")) {
            auth.say(deadline, () -> sayLogin(credentials, deadline));
        } else {
            throw new UnusableHostException("neither AUTH PLAIN nor AUTH LOGIN is offered");
        }
    }

    private void sayPlain(TransportSettings.Credentials credentials, Deadline deadline) throws IOException {
        var response =
                "\0" + credentials.username() + "\0" + credentials.password().reveal();
        require(ask("AUTH PLAIN " + base64(response), deadline), Step.AUTH);
    }

    private void sayLogin(TransportSettings.Credentials credentials, Deadline deadline) throws IOException {
        requireChallenge(ask("AUTH LOGIN", deadline));
        requireChallenge(ask(base64(credentials.username()), deadline));
        require(ask(base64(credentials.password().reveal()), deadline), Step.AUTH);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void requireChallenge(SmtpReply reply) throws UnusableHostException {
        if (reply.statusClass() != StatusClass.INTERMEDIATE) {
            throw refused(reply, Step.AUTH);
        }
    }

    private static void require(SmtpReply reply, Step step) throws UnusableHostException {
        if (reply.statusClass() != StatusClass.SUCCESS) {
            throw refused(reply, step);
        }
    }

    private static UnusableHostException refused(SmtpReply reply, Step step) {
        return new UnusableHostException(
                "refused at " + step.words + ": " + reply.text(), new DeliveryReport.Refusal(step.phase, reply));
    }

    private SmtpReply ask(String command, Deadline deadline) throws IOException {
        wire.put(command).put("\r\n").flush(deadline, settings.timeouts().block());
        return read(deadline);
    }

    private SmtpReply read(Deadline deadline) throws IOException {
        return wire.read(deadline, settings.timeouts().greeting());
    }

    Target target() {
        return target;
    }

    SmtpWire wire() {
        return wire;
    }

    DotStuffing content() {
        return content;
    }

    Capabilities capabilities() {
        return capabilities;
    }

    /** At which address the peer sees us, if it says so. */
    Optional<Echo> echo() {
        return seenAs.map(seen -> new Echo(seen, target.address()));
    }

    /** How long it took, with the connecting. */
    Duration greeting() {
        return greeting;
    }

    Timeouts timeouts() {
        return settings.timeouts();
    }

    State state() {
        return state;
    }

    void become(State after) {
        if (state != State.BROKEN) {
            state = after;
        }
    }

    /** Says QUIT if somebody may still listen, and does not wait for long. */
    void quit(Deadline deadline) {
        if (state != State.BROKEN) {
            try {
                ask("QUIT", deadline);
            } catch (IOException e) {
                become(State.BROKEN);
            }
        }
        close();
    }

    @Override
    public void close() {
        become(State.BROKEN);
        guard.forget(wire);
        wire.close();
    }
}
