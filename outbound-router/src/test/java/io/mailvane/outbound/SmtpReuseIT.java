package io.mailvane.outbound;

import static io.mailvane.outbound.SmtpKit.attempted;
import static io.mailvane.outbound.SmtpKit.deferred;
import static io.mailvane.outbound.SmtpKit.failed;
import static io.mailvane.outbound.SmtpKit.relayed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.DeliveryOutcome.Scope;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection for many messages. */
class SmtpReuseIT {
    private final SmtpKit kit = new SmtpKit();

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void severalMessagesTakeOneConnection() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("PIPELINING"))) {
            try (var session = kit.transport(peer).open()) {
                for (int i = 0; i < 3; i++) {
                    assertThat(SmtpKit.outcome(session.deliver(kit.mail("a@x.example"))))
                            .isEqualTo(attempted(peer, relayed(peer)));
                }
            }
            assertThat(peer.heard())
                    .containsExactly(
                            "EHLO mx-a.example",
                            "MAIL FROM:<me@example.org>",
                            "RCPT TO:<a@x.example>",
                            "DATA",
                            "MAIL FROM:<me@example.org>",
                            "RCPT TO:<a@x.example>",
                            "DATA",
                            "MAIL FROM:<me@example.org>",
                            "RCPT TO:<a@x.example>",
                            "DATA",
                            "QUIT");
            assertThat(kit.opened).hasValue(1);
        }
    }

    @Test
    void whatOneHostDeferredBeginsWithTheNextAndOtherMailWithTheFirst() throws Exception {
        try (var first = ScriptedPeer.of(Answers.offering());
                var second = ScriptedPeer.of(Answers.offering());
                var session = kit.transport(first, second).open()) {
            var asked = Stream.of(
                            kit.mail("a@x.example"),
                            kit.again(first),
                            kit.again(first),
                            kit.mail("a@x.example"),
                            kit.again(second),
                            kit.mail("a@x.example"))
                    .map(mail -> session.deliver(mail).relay())
                    .toList();

            var one = first.relay();
            assertThat(asked).containsExactly(one, second.relay(), second.relay(), one, one, one);
            assertThat(kit.opened).hasValue(3);
        }
    }

    @Test
    void theOnlyHostIsAskedAgainOverTheSameConnection() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var session = kit.transport(peer).open()) {
            var asked = Stream.of(kit.mail("a@x.example"), kit.again(peer), kit.again(peer))
                    .map(mail -> session.deliver(mail).relay())
                    .toList();

            assertThat(asked).containsExactly(peer.relay(), peer.relay(), peer.relay());
            assertThat(kit.opened).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PIPELINING", "HELP"})
    void aRefusedMessageIsResetBeforeTheNext(String offered) throws Exception {
        var script =
                Answers.offering(offered).to("RCPT TO:<no@", "550 5.1.1 Nobody").to("DATA", "451 4.3.0 Later");
        try (var peer = ScriptedPeer.of(script);
                var session = kit.transport(peer).open()) {
            assertThat(SmtpKit.outcome(session.deliver(kit.mail("no@x.example"))))
                    .isEqualTo(attempted(peer, SmtpKit.said(peer, failed(Scope.RECIPIENT, 550, "5.1.1", "Nobody"))));
            assertThat(SmtpKit.outcome(session.deliver(kit.mail("a@x.example"))))
                    .isEqualTo(attempted(peer, SmtpKit.said(peer, deferred(Scope.MESSAGE, 451, "4.3.0", "Later"))));
            assertThat(SmtpKit.outcome(session.deliver(kit.mail("a@x.example"))))
                    .isEqualTo(attempted(peer, SmtpKit.said(peer, deferred(Scope.MESSAGE, 451, "4.3.0", "Later"))));

            assertThat(peer.heard()).filteredOn("RSET"::equals).hasSize(2);
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"421 4.4.2 Idle too long", Answers.DROP, Answers.RESET})
    void aConnectionThatThePeerLeftWhileIdleCostsNoAttempt(String farewell) throws Exception {
        var leaving = Answers.offering("PIPELINING").to("RSET", farewell).to("RCPT TO:<no@", "550 5.1.1 Nobody");
        try (var peer = ScriptedPeer.of(leaving, Answers.offering());
                var session = kit.transport(peer).open()) {
            session.deliver(kit.mail("no@x.example"));

            assertThat(SmtpKit.outcome(session.deliver(kit.mail("a@x.example"))))
                    .isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void aResetThatIsRefusedCostsNoMail() throws Exception {
        var refusing = Answers.offering("PIPELINING").to("RSET", "500 What?").to("RCPT TO:<no@", "550 5.1.1 Nobody");
        try (var peer = ScriptedPeer.of(refusing);
                var session = kit.transport(peer).open()) {
            session.deliver(kit.mail("no@x.example"));

            assertThat(SmtpKit.outcome(session.deliver(kit.mail("a@x.example"))))
                    .isEqualTo(attempted(peer, relayed(peer)));
        }
    }

    @Test
    void whatThePeerSaysUnaskedIsNoReplyToTheNextMessage() throws Exception {
        ScriptedPeer.Script chatty = line -> {
            line.reply("220 peer.example").hearAndReply("250 peer.example");
            line.hearAndReply("250 Ok")
                    .hearAndReply("250 Ok")
                    .hearAndReply("354 Go on")
                    .hearContent();
            line.say("250 2.0.0 Taken\r\n250 And more\r\n").hold();
        };
        try (var peer = ScriptedPeer.of(chatty, Answers.offering());
                var session = kit.transport(peer).open()) {
            assertThat(SmtpKit.outcome(session.deliver(kit.mail("a@x.example"))))
                    .isEqualTo(attempted(peer, relayed(peer)));
            assertThat(SmtpKit.outcome(session.deliver(kit.mail("a@x.example"))))
                    .isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void afterAWhileTheBestHostIsTriedAgain() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var session = kit.transport(peer).open()) {
            session.deliver(kit.mail("a@x.example"));
            kit.nanos.addAndGet(Duration.ofMinutes(6).toNanos());

            assertThat(SmtpKit.outcome(session.deliver(kit.mail("a@x.example"))))
                    .isEqualTo(attempted(peer, relayed(peer)));
            await().until(() -> peer.heard().contains("QUIT"));
            assertThat(peer.connections()).isEqualTo(2);
        }
    }
}
