package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.SmtpReply;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Echo;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At what point of a session a next hop said what decided: it tells what a refusal is about. */
class SmtpHeardIT {
    private final SmtpKit kit = new SmtpKit();

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    private DeliveryReport report(ScriptedPeer peer) {
        try (var session = kit.transport(SmtpKit.settings(TlsMode.NONE, SmtpKit.timeouts()), peer)
                .open()) {
            return session.deliver(kit.mail("a@x.example"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 550 5.7.1 No, MAIL",
        "MAIL, 421 4.7.0 Closing, MAIL",
        "DATA, 451 4.3.0 Later, DATA",
        "(content), 554 5.6.0 Spam, END_OF_DATA",
        "NOOP, 250 2.0.0 Ok, END_OF_DATA",
    })
    void sayWhatTheDecidingReplyAnswered(String command, String reply, ReplyPhase phase) throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("PIPELINING").to(command, reply))) {
            assertThat(report(peer))
                    .isInstanceOfSatisfying(
                            DeliveryReport.Attempted.class,
                            report -> assertThat(report.heard()).contains(phase));
        }
    }

    @Test
    void sayAtWhichAddressThePeerSeesUs() throws Exception {
        try (var peer = ScriptedPeer.of(
                Answers.offering().to("EHLO", "250-mx.example at your service, [203.0.113.7]\r\n250 SIZE"))) {
            assertThat(report(peer))
                    .isInstanceOfSatisfying(
                            DeliveryReport.Attempted.class,
                            report -> assertThat(report.echo().map(Echo::seen))
                                    .contains(InetAddress.ofLiteral("203.0.113.7")));
        }
    }

    @Test
    void sayHowLongANewConnectionTookToItsGreeting() throws Exception {
        ScriptedPeer.Script slow = line -> {
            kit.nanos.addAndGet(Duration.ofSeconds(12).toNanos());
            Answers.offering().talk(line);
        };
        try (var peer = ScriptedPeer.of(slow);
                var session = kit.transport(peer).open()) {
            assertThat(Stream.of(session.deliver(kit.mail("a@x.example")), session.deliver(kit.mail("a@x.example"))))
                    .extracting(report -> ((DeliveryReport.Attempted) report).greeting())
                    .containsExactly(Optional.of(Duration.ofSeconds(12)), Optional.empty());
        }
    }

    @ParameterizedTest
    @CsvSource({"(greeting), 554 Go away, GREETING", "EHLO, 451 Later, EHLO"})
    void sayWhereTheSessionWasRefused(String command, String reply, ReplyPhase phase) throws Exception {
        var refusal = new DeliveryReport.Refusal(
                phase, SmtpReply.of(Integer.parseInt(reply.substring(0, 3)), reply.substring(4)));
        try (var peer = ScriptedPeer.of(Answers.offering("PIPELINING").to(command, reply))) {
            assertThat(report(peer))
                    .isInstanceOfSatisfying(
                            DeliveryReport.NoConnection.class,
                            report -> assertThat(report.refusal()).isEqualTo(Optional.of(refusal)));
        }
    }
}
