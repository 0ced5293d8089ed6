package io.mailvane.outbound;

import static io.mailvane.outbound.SmtpKit.attempted;
import static io.mailvane.outbound.SmtpKit.deferred;
import static io.mailvane.outbound.SmtpKit.nobody;
import static io.mailvane.outbound.SmtpKit.relayed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.SmtpReply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that go, stall or talk nonsense, at each step. */
class SmtpLossIT {
    private static final String GONE = "the peer closed the connection";
    private final SmtpKit kit = new SmtpKit();

    @AfterEach
    void close() {
        kit.close();
    }

    private static DeliveryOutcome lost(Scope scope, String sentence) {
        return deferred(scope, 451, "4.4.2", sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {Answers.GREETING, "EHLO"})
    void aPeerThatGoesBeforeMailIsNoConnection(String phase) throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("PIPELINING").to(phase, Answers.DROP))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer)).isEqualTo(nobody(peer, GONE));
        }
    }

    @ParameterizedTest
    @CsvSource({"MAIL, MAIL", "RCPT TO:<b@, RCPT", "DATA, DATA"})
    void aPeerThatGoesBeforeTheContentDefersWhatItHasNotDecided(String phase, String word) throws Exception {
        var script =
                Answers.offering("HELP").to("RCPT TO:<a@", "550 5.1.1 Nobody").to(phase, Answers.DROP);
        try (var peer = ScriptedPeer.of(script)) {
            var fate = lost(Scope.DESTINATION, "connection lost during the reply to " + word + ": " + GONE);
            var nobody = SmtpKit.said(peer, SmtpKit.failed(Scope.RECIPIENT, 550, "5.1.1", "Nobody"));
            var first = word.equals("MAIL") ? fate : nobody;

            assertThat(kit.deliver(kit.mail("a@x.example", "b@x.example"), peer))
                    .isEqualTo(attempted(peer, first, fate));
        }
    }

    @Test
    void aPeerThatGoesAfterTheFinalDotMayHaveTakenIt() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering().to(Answers.CONTENT, Answers.DROP));
                var next = ScriptedPeer.of(Answers.offering())) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer, next))
                    .isEqualTo(attempted(
                            peer,
                            lost(
                                    Scope.MESSAGE,
                                    "the reply to the content was lost (" + GONE + "): it may be delivered twice")));
            assertThat(next.connections()).isZero();
        }
    }

    @Test
    void aPeerThatGoesInTheMiddleOfTheContentDefersIt() throws Exception {
        ScriptedPeer.Script cut = line -> {
            new Opening().talk(line);
            line.swallow(100_000);
            line.reset();
        };
        try (var peer = ScriptedPeer.of(cut)) {
            var report = kit.deliver(
                    kit.mail(SmtpKit.envelope("a@x.example"), "x".repeat(30) + "\r\n".repeat(4 << 20)), peer);

            assertThat(((DeliveryReport.Attempted) report).outcomes())
                    .singleElement()
                    .asString()
                    .contains("scope=DESTINATION", "451 4.4.2 connection lost during sending the content: ");
        }
    }

    @ParameterizedTest
    @CsvSource({"552 5.3.4 Too big, FAILED", "451 4.3.1 No space, DEFERRED"})
    void aRefusalInTheMiddleOfTheContentIsHeard(String reply, String fate) throws Exception {
        ScriptedPeer.Script refusing = line -> {
            new Opening().talk(line);
            line.swallow(100_000);
            line.reply(reply);
            line.hold();
        };
        try (var peer = ScriptedPeer.of(refusing)) {
            var words = reply.split(" ", 3);
            int code = Integer.parseInt(words[0]);
            var expected = fate.equals("FAILED")
                    ? SmtpKit.failed(Scope.MESSAGE, code, words[1], words[2])
                    : deferred(Scope.MESSAGE, code, words[1], words[2]);

            assertThat(kit.deliver(kit.mail(SmtpKit.envelope("a@x.example"), "\r\n".repeat(8 << 20)), peer))
                    .isEqualTo(attempted(peer, SmtpKit.said(peer, expected)));
        }
    }

    /** Greeting to 354. */
    private static final class Opening implements ScriptedPeer.Script {
        @Override
        public void talk(ScriptedPeer.Line line) throws IOException {
            line.reply("220 peer.example").hearAndReply("250 peer.example");
            line.hearAndReply("250 Ok").hearAndReply("250 Ok").hearAndReply("354 Go on");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "(greeting), no whole reply in time",
        "EHLO, no whole reply in time",
    })
    void aSilentPeerIsNoConnection(String phase, String reason) throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering().to(phase, Answers.SILENCE))) {
            assertThat(deliverWhileTimePasses(peer, () -> isSilentAt(phase, peer)))
                    .isEqualTo(nobody(peer, reason));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA"})
    void aSilentPeerDefers(String phase) throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering().to(phase, Answers.SILENCE))) {
            assertThat(deliverWhileTimePasses(peer, () -> isSilentAt(phase, peer)))
                    .isEqualTo(attempted(
                            peer,
                            lost(
                                    Scope.DESTINATION,
                                    "connection timed out during the reply to " + phase + ": no whole reply in time")));
        }
    }

    @Test
    void aPeerThatIsSilentAfterTheFinalDotMayHaveTakenIt() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering().to(Answers.CONTENT, Answers.SILENCE))) {
            assertThat(deliverWhileTimePasses(peer, () -> isSilentAt(Answers.CONTENT, peer)))
                    .isEqualTo(attempted(
                            peer,
                            lost(
                                    Scope.MESSAGE,
                                    "the reply to the content was lost (no whole reply in time): it may be delivered"
                                            + " twice")));
        }
    }

    /** Lets time pass from when the peer says nothing more; of the report, all but where the time went. */
    private DeliveryReport deliverWhileTimePasses(ScriptedPeer peer, Callable<Boolean> silent) throws Exception {
        var report = new AtomicReference<DeliveryReport>();
        var delivering = Thread.ofVirtual().start(() -> report.set(kit.deliver(kit.mail("a@x.example"), peer)));
        await().until(silent);
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            kit.nanos.addAndGet(Duration.ofSeconds(5).toNanos());
            return report.get() != null;
        });
        delivering.join();
        return switch (report.get()) {
            case DeliveryReport.NoConnection none -> none.untimed();
            case DeliveryReport.Attempted made ->
                new DeliveryReport.Attempted(made.relay(), made.outcomes(), made.dsn(), DeliveryReport.Timing.NONE);
        };
    }

    private static boolean isSilentAt(String phase, ScriptedPeer peer) {
        return switch (phase) {
            case Answers.GREETING -> peer.connections() == 1;
            case Answers.CONTENT -> !peer.contents().isEmpty();
            default -> !peer.heard().isEmpty() && peer.heard().getLast().startsWith(phase);
        };
    }

    @Test
    void aPeerThatTakesNothingMoreIsLeft() throws Exception {
        var released = new CountDownLatch(1);
        ScriptedPeer.Script deaf = line -> {
            new Opening().talk(line);
            awaitUninterruptibly(released);
        };
        try (var peer = ScriptedPeer.of(deaf)) {
            var report = new AtomicReference<DeliveryReport>();
            var large = kit.mail(SmtpKit.envelope("a@x.example"), "\r\n".repeat(16 << 20));
            var delivering = Thread.ofVirtual().start(() -> report.set(kit.deliver(large, peer)));

            await().pollInterval(Duration.ofMillis(10)).until(() -> {
                kit.nanos.addAndGet(Duration.ofMillis(500).toNanos());
                return report.get() != null;
            });
            released.countDown();
            delivering.join();
            assertThat(report.get())
                    .isInstanceOfSatisfying(
                            DeliveryReport.Attempted.class,
                            attempted -> assertThat(attempted.outcomes())
                                    .containsExactly(lost(
                                            Scope.DESTINATION,
                                            "connection timed out during sending the content: the peer takes"
                                                    + " nothing")));
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void understandsAPeerThatSaysOneOctetAtATime() throws Exception {
        ScriptedPeer.Script slow = line -> {
            for (var reply : new String[] {"220 peer", "250-peer\r\n250 PIPELINING", "250 a", "250 b", "354 c"}) {
                for (char octet : (reply + "\r\n").toCharArray()) {
                    line.say(String.valueOf(octet));
                }
                if (!reply.startsWith("354")) {
                    line.hear();
                }
            }
            line.hearContent();
            line.say("2").say("50 2.0.0 Ta").say("ken\r").say("\n").hear();
        };
        try (var peer = ScriptedPeer.of(slow)) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer)).isEqualTo(attempted(peer, relayed(peer)));
        }
    }

    @Test
    void aTarpitIsLeftWhenTheStepIsOverThoughSomethingAlwaysComes() throws Exception {
        ScriptedPeer.Script tarpit = line -> {
            line.reply("220 peer.example").hearAndReply("250 peer.example").hear();
            while (true) {
                kit.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                line.say("2");
            }
        };
        try (var peer = ScriptedPeer.of(tarpit)) {
            var report = (DeliveryReport.Attempted) kit.deliver(kit.mail("a@x.example"), peer);

            assertThat(report.outcomes())
                    .singleElement()
                    .asString()
                    .contains("451 4.4.2 connection ", "the reply to MAIL");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hello, not an SMTP reply: hello",
        "25, not an SMTP reply: 25",
        "150 early, not an SMTP reply: 150 early",
        "650 late, not an SMTP reply: 650 late",
        "2500 long, not an SMTP reply: 2500 long",
    })
    void nonsenseIsNoReply(String greeting, String reason) throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering().to(Answers.GREETING, greeting))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer)).isEqualTo(nobody(peer, reason));
        }
    }

    @Test
    void aReplyWithoutEndIsLeft() throws Exception {
        ScriptedPeer.Script endless = line -> {
            while (true) {
                line.reply("220-more");
            }
        };
        try (var peer = ScriptedPeer.of(endless)) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer))
                    .isEqualTo(nobody(peer, "a reply of more than 128 lines"));
        }
    }

    @Test
    void aLineWithoutEndIsLeft() throws Exception {
        ScriptedPeer.Script endless = line -> {
            while (true) {
                line.say("220 and on and on");
            }
        };
        try (var peer = ScriptedPeer.of(endless)) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer))
                    .isEqualTo(nobody(peer, "a reply line of more than 4096 octets"));
        }
    }

    @Test
    void whatIsNotTextInAReplyIsMadeSo() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering()
                .to("MAIL", "550-5.7.1 Zur\u00fcck\u0000\u001b[2J\r\n550 5.7.1 an \u0085 Absender"))) {
            var reply = new SmtpReply(
                    550,
                    java.util.Optional.of(io.mailvane.mail.EnhancedStatusCode.of("5.7.1")),
                    java.util.List.of("Zur\u00fcck??[2J", "an ? Absender"));

            assertThat(kit.deliver(kit.mail("a@x.example"), peer))
                    .isEqualTo(attempted(peer, SmtpKit.said(peer, new DeliveryOutcome.Failed(Scope.MESSAGE, reply))));
        }
    }

    @Test
    void aClosedPortIsNoConnection() throws Exception {
        int port;
        try (var listener = new ServerSocket(0)) {
            port = listener.getLocalPort();
        }
        var target = new Target("gone.example", new InetSocketAddress(InetAddress.getLoopbackAddress(), port));

        try (var session = kit.transportTo(target).open()) {
            assertThat(session.deliver(kit.mail("a@x.example")))
                    .isEqualTo(new DeliveryReport.NoConnection(
                            target.relay(),
                            SmtpReply.of(451, "4.4.1", "no connection with " + target.relay() + ": Connection refused"),
                            DeliveryReport.Timing.NONE));
        }
    }

    @Test
    void contentThatTheQueueCannotReadIsAFaultAndNeverAMessage() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering())) {
            var whole = kit.mail("a@x.example");
            var broken = new Delivery(
                    whole.id(),
                    whole.envelope(),
                    whole.recipients(),
                    whole.size(),
                    FailingContent::new,
                    whole.deadline(),
                    whole.last());

            assertThat(catchFault(() -> kit.deliver(broken, peer))).hasMessageContaining("damaged");
            await().until(() -> peer.heard().contains("(lost)"));
            assertThat(peer.contents()).isEmpty();
        }
    }

    private static Throwable catchFault(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return org.assertj.core.api.Assertions.catchThrowable(call);
    }

    /** Some octets, and then damage. */
    private static final class FailingContent extends ByteArrayInputStream {
        FailingContent() {
            super("Subject: x\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }

        @Override
        public synchronized int read(byte[] octets, int offset, int length) {
            int read = super.read(octets, offset, length);
            if (read < 0) {
                throw new UncheckedIOException(new IOException("the record is damaged"));
            }
            return read;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Answers.GREETING, "EHLO", "MAIL", Answers.CONTENT})
    void aSessionThatIsClosedFromOutsideEndsItsDelivery(String phase) throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering().to(phase, Answers.SILENCE))) {
            var session = kit.transport(peer).open();
            var report = new AtomicReference<DeliveryReport>();
            var delivering = Thread.ofVirtual().start(() -> report.set(session.deliver(kit.mail("a@x.example"))));
            int heard = switch (phase) {
                case Answers.GREETING -> 0;
                case "EHLO" -> 1;
                case "MAIL" -> 2;
                default -> 4;
            };
            await().until(() -> peer.connections() == 1 && peer.heard().size() >= heard);

            session.close();

            delivering.join();
            assertThat(report.get().toString()).contains("451 4.4.");
            assertThat(peer.heard()).doesNotContain("QUIT");
        }
    }
}
