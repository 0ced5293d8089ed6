package io.mailvane.outbound;

import static io.mailvane.outbound.SmtpKit.attempted;
import static io.mailvane.outbound.SmtpKit.deferred;
import static io.mailvane.outbound.SmtpKit.failed;
import static io.mailvane.outbound.SmtpKit.nobody;
import static io.mailvane.outbound.SmtpKit.relayed;
import static io.mailvane.outbound.SmtpKit.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Scope;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each reply of a peer does to the recipients, with pipelining and without. */
class SmtpRepliesIT {
    private final SmtpKit kit = new SmtpKit();

    @AfterEach
    void close() {
        kit.close();
    }

    private static Answers answers(boolean pipelining) {
        return pipelining ? Answers.offering("PIPELINING") : Answers.offering("HELP");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void relaysOneMessageToTwoRecipients(boolean pipelining) throws Exception {
        try (var peer = ScriptedPeer.of(answers(pipelining))) {
            assertThat(kit.deliver(kit.mail("a@x.example", "b@x.example"), peer))
                    .isEqualTo(attempted(peer, relayed(peer), relayed(peer)));

            assertThat(peer.heard())
                    .containsExactly(
                            "EHLO mx-a.example",
                            "MAIL FROM:<me@example.org>",
                            "RCPT TO:<a@x.example>",
                            "RCPT TO:<b@x.example>",
                            "DATA",
                            "QUIT");
            assertThat(peer.contents()).containsExactly(SmtpKit.CONTENT + ".\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, 451 4.7.1 Later, 450 4.2.0 Busy",
        "true, 550 5.1.1 Nobody, 451 4.7.1 Later",
        "false, 451 4.7.1 Later, 550 5.1.1 Nobody",
        "false, 550 5.1.1 Nobody, 550 5.7.1 No",
    })
    void eachRecipientHasItsOwnFate(boolean pipelining, String second, String third) throws Exception {
        var script = answers(pipelining).to("RCPT TO:<b@", second).to("RCPT TO:<c@", third);
        try (var peer = ScriptedPeer.of(script)) {
            assertThat(kit.deliver(kit.mail("a@x.example", "b@x.example", "c@x.example"), peer))
                    .isEqualTo(attempted(
                            peer,
                            relayed(peer),
                            said(peer, outcome(Scope.RECIPIENT, second)),
                            said(peer, outcome(Scope.RECIPIENT, third))));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, MAIL, 451 4.7.1 Later",
        "true, MAIL, 550 5.7.1 No",
        "true, DATA, 451 4.3.0 Later",
        "true, DATA, 554 5.5.1 No",
        "true, (content), 451 4.3.0 Later",
        "true, (content), 554 5.6.0 Spam",
        "false, MAIL, 451 4.7.1 Later",
        "false, MAIL, 550 5.7.1 No",
        "false, DATA, 451 4.3.0 Later",
        "false, DATA, 554 5.5.1 No",
        "false, (content), 451 4.3.0 Later",
        "false, (content), 554 5.6.0 Spam",
    })
    void whatMeansTheMessageReachesEveryRecipient(boolean pipelining, String phase, String reply) throws Exception {
        try (var peer = ScriptedPeer.of(answers(pipelining).to(phase, reply))) {
            var fate = said(peer, outcome(Scope.MESSAGE, reply));

            assertThat(kit.deliver(kit.mail("a@x.example", "b@x.example"), peer))
                    .isEqualTo(attempted(peer, fate, fate));
            assertThat(peer.contents()).hasSize(phase.equals(Answers.CONTENT) ? 1 : 0);
        }
    }

    private static DeliveryOutcome outcome(Scope scope, String reply) {
        var words = reply.split(" ", 3);
        int code = Integer.parseInt(words[0]);
        return words[1].startsWith("4")
                ? deferred(scope, code, words[1], words[2])
                : failed(scope, code, words[1], words[2]);
    }

    @ParameterizedTest
    @CsvSource({
        "(greeting), 451 Later, the greeting",
        "(greeting), 554 Go away, the greeting",
        "EHLO, 451 Later, EHLO",
        "(greeting), 421 Closing, the greeting",
    })
    void aPeerThatRefusesTheSessionIsNoConnection(String phase, String reply, String what) throws Exception {
        try (var peer = ScriptedPeer.of(answers(true).to(phase, reply))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer))
                    .isEqualTo(nobody(peer, "refused at " + what + ": " + reply));
        }
    }

    @Test
    void saysHeloToAPeerThatKnowsNoEhlo() throws Exception {
        try (var peer = ScriptedPeer.of(answers(true).to("EHLO", "502 What?"))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard()).startsWith("EHLO mx-a.example", "HELO mx-a.example", "MAIL FROM:<me@example.org>");
        }
    }

    @Test
    void aPeerThatRefusesHeloTooIsNoConnection() throws Exception {
        try (var peer = ScriptedPeer.of(answers(true).to("EHLO", "502 What?").to("HELO", "550 No"))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer)).isEqualTo(nobody(peer, "refused at HELO: 550 No"));
        }
    }

    @Test
    void triesTheNextHostWhenOneRefusesTheSession() throws Exception {
        try (var closed = ScriptedPeer.of(answers(true).to(Answers.GREETING, "421 Too many"));
                var open = ScriptedPeer.of(answers(true))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), closed, open)).isEqualTo(attempted(open, relayed(open)));
        }
    }

    @ParameterizedTest
    @CsvSource({"true, MAIL", "true, RCPT", "true, DATA", "false, MAIL", "false, RCPT", "false, DATA"})
    void triesTheNextHostWhenOneTakesLeaveBeforeTheContent(boolean pipelining, String phase) throws Exception {
        try (var closing = ScriptedPeer.of(answers(pipelining).to(phase, "421 4.3.2 Closing"));
                var open = ScriptedPeer.of(answers(true))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), closing, open)).isEqualTo(attempted(open, relayed(open)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA", Answers.CONTENT})
    void aPeerThatTakesLeaveDefersWhatItHasNotDecided(String phase) throws Exception {
        try (var peer = ScriptedPeer.of(answers(false).to(phase, "421 4.3.2 Closing"))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer))
                    .isEqualTo(attempted(peer, said(peer, deferred(Scope.DESTINATION, 421, "4.3.2", "Closing"))));
        }
    }

    @Test
    void nobodyGetsContentThatNoRecipientWasAcceptedFor() throws Exception {
        try (var peer = ScriptedPeer.of(answers(true).to("RCPT", "550 5.1.1 Nobody"))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer))
                    .isEqualTo(attempted(peer, said(peer, failed(Scope.RECIPIENT, 550, "5.1.1", "Nobody"))));
            assertThat(peer.contents()).isEmpty();
        }
    }

    @Test
    void theOldReplyForTooManyRecipientsIsTemporary() throws Exception {
        try (var peer = ScriptedPeer.of(answers(true).to("RCPT TO:<b@", "552 5.5.3 Too many"))) {
            assertThat(kit.deliver(kit.mail("a@x.example", "b@x.example"), peer))
                    .isEqualTo(attempted(
                            peer, relayed(peer), said(peer, deferred(Scope.RECIPIENT, 452, "4.5.3", "Too many"))));
        }
    }

    @ParameterizedTest
    @CsvSource({"MAIL, 354 What?", "RCPT, 334 What?", "DATA, 250 What?", "(content), 354 What?"})
    void anAnswerToAnotherQuestionIsTemporary(String phase, String reply) throws Exception {
        try (var peer = ScriptedPeer.of(answers(false).to(phase, reply))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer))
                    .isEqualTo(attempted(
                            peer, deferred(Scope.DESTINATION, 451, "4.5.0", "unexpected reply of the peer: " + reply)));
        }
    }

    @Test
    void asksForManyRecipientsInGroupsThatFitAnyWindow() throws Exception {
        var recipients =
                IntStream.range(0, 150).mapToObj(i -> "r" + i + "@x.example").toArray(String[]::new);
        ScriptedPeer.Script chatty = line -> {
            line.reply("220 peer.example").hearAndReply("250-peer.example\r\n250 PIPELINING");
            line.hearAndReply("250 Ok");
            // Not one reply more is said before a group has come whole.
            for (int group : List.of(64, 64, 22)) {
                for (int i = 0; i < group; i++) {
                    line.hear();
                }
                line.say(("250 " + "x".repeat(500) + "\r\n").repeat(group));
            }
            line.hearAndReply("354 Go on").hearContent();
            line.reply("250 2.0.0 Taken").hearAndReply("221 Bye");
        };
        try (var peer = ScriptedPeer.of(chatty)) {
            var report = (DeliveryReport.Attempted) kit.deliver(kit.mail(recipients), peer);

            assertThat(report.outcomes()).hasSize(150).containsOnly(relayed(peer));
        }
    }
}
