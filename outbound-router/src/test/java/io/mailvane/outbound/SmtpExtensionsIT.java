package io.mailvane.outbound;

import static io.mailvane.outbound.SmtpKit.attempted;
import static io.mailvane.outbound.SmtpKit.failed;
import static io.mailvane.outbound.SmtpKit.relayed;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer offers, and what it does not: SIZE, 8BITMIME, SMTPUTF8, DSN. */
class SmtpExtensionsIT {
    private static final String EIGHT_BIT = "Subject: x\r\n\r\nZur\u00fcck\r\n";
    private static final String UTF8_HEADER = "Subject: Zur\u00fcck\r\n\r\nbody\r\n";

    private final SmtpKit kit = new SmtpKit();

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void saysTheSizeToWhoeverOffersIt() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("SIZE 1000"))) {
            kit.deliver(kit.mail("a@x.example"), peer);

            assertThat(peer.heard()).contains("MAIL FROM:<me@example.org> SIZE=20");
        }
    }

    @Test
    void whatIsTooLargeFailsWithoutBeingSaid() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("SIZE 19"))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer))
                    .isEqualTo(attempted(
                            peer,
                            failed(
                                    Scope.MESSAGE,
                                    552,
                                    "5.3.4",
                                    "the next hop takes no message larger than 19 octets")));
            assertThat(peer.heard()).containsExactly("EHLO mx-a.example", "QUIT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIZE", "SIZE 0", "SIZE 20", "SIZE many", "SIZE -1", "size 20"})
    void aLimitThatIsNoneOrNotReachedIsNoRefusal(String offered) throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering(offered))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer)).isEqualTo(attempted(peer, relayed(peer)));
        }
    }

    @Test
    void announcesEightBitContent() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("8BITMIME"))) {
            var mail = kit.mail(SmtpKit.announced(Envelope.Body.EIGHT_BIT_MIME, "a@x.example"), EIGHT_BIT);

            assertThat(kit.deliver(mail, peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard()).contains("MAIL FROM:<me@example.org> BODY=8BITMIME");
            assertThat(peer.contents()).containsExactly(EIGHT_BIT + ".\r\n");
        }
    }

    @Test
    void eightBitContentFailsWhereItIsNotTaken() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("SIZE"))) {
            var mail = kit.mail(SmtpKit.announced(Envelope.Body.EIGHT_BIT_MIME, "a@x.example"), EIGHT_BIT);

            assertThat(kit.deliver(mail, peer))
                    .isEqualTo(attempted(
                            peer,
                            failed(
                                    Scope.MESSAGE,
                                    554,
                                    "5.6.3",
                                    "the next hop takes no 8-bit content, and content is never converted here")));
        }
    }

    @Test
    void sevenBitContentGoesAnywhereWhateverWasAnnounced() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering())) {
            var mail = kit.mail(SmtpKit.announced(Envelope.Body.EIGHT_BIT_MIME, "a@x.example"), SmtpKit.CONTENT);

            assertThat(kit.deliver(mail, peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard()).contains("MAIL FROM:<me@example.org>");
        }
    }

    /** Half the world's senders never announce it, and half the world's servers take it. */
    @Test
    void eightBitContentThatNobodyAnnouncedIsSentAsItCame() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering())) {
            assertThat(kit.deliver(kit.mail(SmtpKit.envelope("a@x.example"), EIGHT_BIT), peer))
                    .isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.contents()).containsExactly(EIGHT_BIT + ".\r\n");
        }
    }

    @Test
    void saysInternationalizedAddressesWhereTheyAreTaken() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("8BITMIME", "SMTPUTF8"))) {
            var mail = kit.mail(SmtpKit.utf8("j\u00f6rg@b\u00fccher.example", "\u5f20@x.example"), UTF8_HEADER);

            assertThat(kit.deliver(mail, peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard())
                    .contains(
                            "MAIL FROM:<j\u00f6rg@b\u00fccher.example> BODY=8BITMIME SMTPUTF8",
                            "RCPT TO:<\u5f20@x.example>");
        }
    }

    @Test
    void anInternationalizedSenderFailsWhereItIsNotTaken() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("8BITMIME"))) {
            var mail = kit.mail(SmtpKit.utf8("j\u00f6rg@x.example", "a@x.example"), SmtpKit.CONTENT);

            assertThat(kit.deliver(mail, peer)).isEqualTo(attempted(peer, noUtf8()));
            assertThat(peer.heard()).containsExactly("EHLO mx-a.example", "QUIT");
        }
    }

    @Test
    void anInternationalizedHeaderSectionFailsWhereItIsNotTaken() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("8BITMIME"))) {
            assertThat(kit.deliver(kit.mail(SmtpKit.utf8("me@example.org", "a@x.example"), UTF8_HEADER), peer))
                    .isEqualTo(attempted(peer, noUtf8()));
        }
    }

    private static io.mailvane.mail.DeliveryOutcome noUtf8() {
        return failed(Scope.MESSAGE, 550, "5.6.7", "the next hop does not take internationalized mail (SMTPUTF8)");
    }

    @Test
    void anInternationalizedRecipientFailsAloneWhereItIsNotTaken() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("8BITMIME", "PIPELINING"))) {
            var mail = kit.mail(
                    SmtpKit.utf8("me@example.org", "a@x.example", "\u5f20@x.example", "b@x.example"), SmtpKit.CONTENT);

            assertThat(kit.deliver(mail, peer))
                    .isEqualTo(attempted(
                            peer,
                            relayed(peer),
                            failed(
                                    Scope.RECIPIENT,
                                    550,
                                    "5.6.7",
                                    "the next hop does not take internationalized addresses (SMTPUTF8)"),
                            relayed(peer)));
            assertThat(peer.heard())
                    .containsExactly(
                            "EHLO mx-a.example",
                            "MAIL FROM:<me@example.org> BODY=8BITMIME",
                            "RCPT TO:<a@x.example>",
                            "RCPT TO:<b@x.example>",
                            "DATA",
                            "QUIT");
        }
    }

    @Test
    void anInternationalizedDomainIsSaidAsALabels() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering())) {
            var mail = kit.mail(SmtpKit.utf8("me@b\u00fccher.example", "a@b\u00fccher.example"), SmtpKit.CONTENT);

            assertThat(kit.deliver(mail, peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard())
                    .contains("MAIL FROM:<me@xn--bcher-kva.example>", "RCPT TO:<a@xn--bcher-kva.example>");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "j\u00f6rg@x.example, j\u00f6rg\\x{2B}1@old.example",
        "me@example.org, j\\x{F6}rg\\x{2B}1@old.example",
    })
    void saysAnInternationalizedOriginalRecipientInUtf8OnlyWhereThatIsSaid(String sender, String said)
            throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("8BITMIME", "SMTPUTF8", "DSN"))) {
            var recipient =
                    new Recipient(Mailbox.parse("a@x.example"), Set.of(), Optional.of("utf-8;j\u00f6rg+1@old.example"));
            var envelope = Envelope.of(ReversePath.of(Mailbox.parse(sender)), List.of(recipient));
            kit.deliver(kit.mail(envelope, SmtpKit.CONTENT), peer);

            assertThat(peer.heard()).contains("RCPT TO:<a@x.example> ORCPT=utf-8;" + said);
        }
    }

    private static Envelope withDsn() {
        return new Envelope(
                ReversePath.of(Mailbox.parse("me@example.org")),
                List.of(
                        new Recipient(
                                Mailbox.parse("a@x.example"),
                                Set.of(Recipient.Notify.SUCCESS, Recipient.Notify.FAILURE),
                                Optional.of("rfc822;a+b=c@old.example")),
                        new Recipient(Mailbox.parse("b@x.example"), Set.of(Recipient.Notify.NEVER), Optional.empty())),
                Envelope.Body.SEVEN_BIT,
                false,
                Optional.of(Envelope.Return.HEADERS),
                Optional.of("Q 1+1=2"));
    }

    @Test
    void handsOnWhatIsAskedOfDsns() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("DSN"))) {
            var report = kit.deliver(kit.mail(withDsn(), SmtpKit.CONTENT), peer);

            assertThat(report)
                    .isEqualTo(new DeliveryReport.Attempted(
                            peer.relay(),
                            List.of(relayed(peer), relayed(peer)),
                            DeliveryReport.Dsn.HANDED_ON,
                            DeliveryReport.Timing.NONE));
            assertThat(peer.heard())
                    .contains(
                            "MAIL FROM:<me@example.org> RET=HDRS ENVID=Q+201+2B1+3D2",
                            "RCPT TO:<a@x.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+2Bb+3Dc@old.example",
                            "RCPT TO:<b@x.example> NOTIFY=NEVER");
        }
    }

    @Test
    void saysNothingOfDsnsToAPeerThatKnowsNone() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering())) {
            assertThat(kit.deliver(kit.mail(withDsn(), SmtpKit.CONTENT), peer))
                    .isEqualTo(attempted(peer, relayed(peer), relayed(peer)));
            assertThat(peer.heard()).contains("MAIL FROM:<me@example.org>", "RCPT TO:<a@x.example>");
        }
    }

    @Test
    void saysTheNullReversePath() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering())) {
            var envelope = Envelope.of(ReversePath.nullPath(), List.of(Recipient.of(Mailbox.parse("a@x.example"))));
            kit.deliver(kit.mail(envelope, SmtpKit.CONTENT), peer);

            assertThat(peer.heard()).contains("MAIL FROM:<>");
        }
    }

    /** As much as sockets buffer, and no more, is read ahead of the peer. */
    @Test
    void contentPassesWithoutBeingHeld() throws Exception {
        long size = 256L << 20;
        var taken = new AtomicLong();
        var ahead = new AtomicLong();
        ScriptedPeer.Script counting = line -> {
            line.reply("220 peer.example").hearAndReply("250 peer.example");
            line.hearAndReply("250 Ok").hearAndReply("250 Ok").hearAndReply("354 Go on");
            for (long left = size; left > 0; left -= 1 << 20) {
                line.swallow(1 << 20);
                taken.addAndGet(1 << 20);
            }
            line.swallow(5);
            line.reply("250 2.0.0 Taken").hear();
        };
        try (var peer = ScriptedPeer.of(counting)) {
            var mail = new Delivery(
                    SmtpKit.ID,
                    SmtpKit.envelope("a@x.example"),
                    SmtpKit.envelope("a@x.example").recipients(),
                    size,
                    () -> new Endless(size, given -> ahead.accumulateAndGet(given - taken.get(), Math::max)),
                    Deadline.in(Duration.ofMinutes(1), kit.nanos::get),
                    Optional.empty());

            assertThat(kit.deliver(mail, peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(ahead).hasValueLessThan(64 << 20);
        }
    }

    /** So many octets, each the letter x. */
    private static final class Endless extends InputStream {
        private final long size;
        private final java.util.function.LongConsumer observer;
        private long given;

        Endless(long size, java.util.function.LongConsumer observer) {
            this.size = size;
            this.observer = observer;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("octet by octet would take all day");
        }

        @Override
        public int read(byte[] octets, int offset, int length) {
            if (given == size) {
                return -1;
            }
            int part = (int) Math.min(length, size - given);
            java.util.Arrays.fill(octets, offset, offset + part, (byte) 'x');
            given += part;
            observer.accept(given);
            return part;
        }
    }
}
