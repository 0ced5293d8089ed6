package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.Recipient.Notify;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DsnComposer.Occasion;
import io.mailvane.queue.DsnComposer.Settled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DsnWriterTest extends DsnKit {
    @Test
    void tellsTheSenderInWordsFieldsAndTheHeaderSection() throws Exception {
        var recipient = new Recipient(
                Mailbox.parse("a@shop.example"), Set.of(Notify.FAILURE), Optional.of("rfc822;old+a@shop.example"));
        var envelope = new Envelope(
                ReversePath.of(Mailbox.parse("me@example.org")),
                List.of(recipient),
                Envelope.Body.SEVEN_BIT,
                false,
                Optional.empty(),
                Optional.of("my id 1"));

        var dsn = compose(envelope, MESSAGE, failed(recipient, 550, "5.1.1", "No such mailbox"));

        assertThat(text(dsn)).isEqualTo(PLAIN.replace("QID", ID.text()).replace("\n", "\r\n"));
        assertThat(dsn.orElseThrow().envelope())
                .isEqualTo(new Envelope(
                        ReversePath.nullPath(),
                        List.of(to("me@example.org", Notify.NEVER)),
                        Envelope.Body.SEVEN_BIT,
                        false,
                        Optional.empty(),
                        Optional.empty()));
    }

    private static final String PLAIN = """
            Date: Sun, 1 Mar 2026 12:05:00 +0000
            From: Mail Delivery System <MAILER-DAEMON@mx-a.example>
            To: <me@example.org>
            Message-ID: <QID.1772366700000.0@mx-a.example>
            Subject: Undelivered mail
            MIME-Version: 1.0
            Content-Type: multipart/report;\s
            	boundary="=_QID.1772366700000.0";\s
            	report-type=delivery-status
            Auto-Submitted: auto-replied

            --=_QID.1772366700000.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 7bit

            This is the mail system at mx-a.example.

            Your message of Sun, 1 Mar 2026 12:00:00 +0000 could not be delivered to:

            <a@shop.example>: 550 5.1.1 No such mailbox

            For help, write to postmaster@shop.example.

            --=_QID.1772366700000.0
            Content-Type: message/delivery-status
            Content-Transfer-Encoding: 7bit

            Original-Envelope-Id: my id 1
            Reporting-MTA: dns; mx-a.example
            Arrival-Date: Sun, 1 Mar 2026 12:00:00 +0000

            Original-Recipient: rfc822; old+a@shop.example
            Final-Recipient: rfc822; a@shop.example
            Action: failed
            Status: 5.1.1
            Remote-MTA: dns; mx.shop.example
            Diagnostic-Code: smtp; 550 5.1.1 No such mailbox
            Last-Attempt-Date: Sun, 1 Mar 2026 12:05:00 +0000

            --=_QID.1772366700000.0
            Content-Type: text/rfc822-headers
            Content-Transfer-Encoding: 7bit

            Received: from client
            Subject: Hello

            --=_QID.1772366700000.0--
            """;

    @Test
    void isReadByJakartaMailAsAReport() throws Exception {
        var status = status(compose(
                failed(to("a@shop.example"), 550, "5.1.1", "No such mailbox"),
                failed(to("b@shop.example"), 554, "5.7.1", "No")));

        assertThat(status.getMessageDSN().getHeader("Reporting-MTA", null)).isEqualTo("dns; mx-a.example");
        assertThat(status.getRecipientDSNCount()).isEqualTo(2);
        assertThat(status.getRecipientDSN(1).getHeader("Final-Recipient", null)).isEqualTo("rfc822; b@shop.example");
        assertThat(status.getRecipientDSN(1).getHeader("Status", null)).isEqualTo("5.7.1");
    }

    @Test
    void anExpiredRecipientKeepsItsLastReply() throws Exception {
        var outcome = new DeliveryOutcome.Deferred(Scope.RECIPIENT, SmtpReply.of(450, "4.2.1", "Busy"), PEER);
        var dsn = compose(settled(to("a@shop.example"), RecipientState.EXPIRED, outcome));

        assertThat(text(dsn))
                .contains("<a@shop.example>: given up after many attempts; the last answer was 450\r\n 4.2.1 Busy\r\n")
                .contains("Action: failed\r\nStatus: 4.4.7\r\nRemote-MTA: dns; mx.shop.example\r\n"
                        + "Diagnostic-Code: smtp; 450 4.2.1 Busy\r\n");
    }

    /** RFC 3464 sections 2.3.5 and 2.3.6: a relay that was tried and said nothing of it is not the author. */
    @Test
    void whatWeSayOurselvesIsNoWordOfTheRelay() throws Exception {
        var reply = SmtpReply.of(451, "4.4.1", "no connection with " + RELAY);
        var outcome = new DeliveryOutcome.Deferred(Scope.DESTINATION, reply);
        var status = status(compose(settled(to("a@shop.example"), RecipientState.EXPIRED, outcome)));

        assertThat(status.getRecipientDSN(0).getHeader("Remote-MTA")).isNull();
        assertThat(status.getRecipientDSN(0).getHeader("Diagnostic-Code", null))
                .isEqualTo("x-mailvane; 451 4.4.1 no connection with\r\n mx.shop.example[198.51.100.1]:25");
    }

    @ParameterizedTest
    @CsvSource({
        "mx.shop.example, 198.51.100.1, mx.shop.example",
        "[198.51.100.1], 198.51.100.1, [198.51.100.1]",
        "198.51.100.1, 198.51.100.1, [198.51.100.1]",
        "[IPv6:2001:db8::1], 2001:db8::1, [IPv6:2001:db8::1]",
        "2001:db8::1, 2001:db8::1, [IPv6:2001:db8::1]",
    })
    void whatAPeerSaysIsItsWordWhateverItIsCalled(String name, String address, String shown) throws Exception {
        var peer = new Target(name, new InetSocketAddress(InetAddress.ofLiteral(address), 25));
        var outcome =
                new DeliveryOutcome.Failed(Scope.RECIPIENT, SmtpReply.of(550, "5.1.1", "No"), Optional.of(peer.mta()));
        var attempt = new Attempt(0, TRIED, "direct", peer.relay(), outcome, "");
        var status = status(compose(new Settled(to("a@shop.example"), RecipientState.FAILED, attempt)));

        assertThat(status.getRecipientDSN(0).getHeader("Remote-MTA", null)).isEqualTo("dns; " + shown);
        assertThat(status.getRecipientDSN(0).getHeader("Diagnostic-Code", null)).isEqualTo("smtp; 550 5.1.1 No");
    }

    @ParameterizedTest
    @CsvSource({
        "'', FAILED, true",
        "FAILURE, FAILED, true",
        "SUCCESS, FAILED, false",
        "DELAY, FAILED, false",
        "NEVER, FAILED, false",
        "'', EXPIRED, true",
        "NEVER, EXPIRED, false",
    })
    void failuresAreToldToWhoeverDidNotAskOtherwise(String notify, RecipientState state, boolean told)
            throws Exception {
        var asked = notify.isEmpty() ? new Notify[0] : new Notify[] {Notify.valueOf(notify)};
        DeliveryOutcome outcome = state == RecipientState.FAILED
                ? new DeliveryOutcome.Failed(Scope.RECIPIENT, SmtpReply.of(550, "5.1.1", "No"))
                : new DeliveryOutcome.Deferred(Scope.RECIPIENT, SmtpReply.of(450, "4.2.1", "Busy"));

        assertThat(compose(settled(to("a@shop.example", asked), state, outcome)).isPresent())
                .isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS, HANDED_ON, ''",
        "SUCCESS, OURS_RELAYED, relayed",
        "SUCCESS, OURS_DELIVERED, delivered",
        "FAILURE, OURS_RELAYED, ''",
        "NEVER, OURS_DELIVERED, ''",
    })
    void successIsToldToWhoeverAskedUnlessTheNextHopTellsIt(Notify notify, DeliveryReport.Dsn success, String action)
            throws Exception {
        var dsn = ScopedValue.where(DsnWriter.SUCCESS, success)
                .call(() -> compose(relayed(to("a@shop.example", notify))));

        assertThat(dsn.isPresent()).isEqualTo(!action.isEmpty());
        if (dsn.isPresent()) {
            assertThat(status(dsn).getRecipientDSN(0).getHeader("Action", null)).isEqualTo(action);
            assertThat(status(dsn).getRecipientDSN(0).getHeader("Status", null)).isEqualTo("2.1.5");
        }
    }

    @Test
    void oneReportTellsOnlyWhatIsOwed() throws Exception {
        var status = status(compose(
                failed(to("a@shop.example"), 550, "5.1.1", "No"),
                relayed(to("b@shop.example")),
                failed(to("c@shop.example", Notify.NEVER), 550, "5.1.1", "No")));

        assertThat(status.getRecipientDSNCount()).isEqualTo(1);
        assertThat(status.getRecipientDSN(0).getHeader("Final-Recipient", null)).isEqualTo("rfc822; a@shop.example");
    }

    @Test
    void theNullReversePathIsNeverAnswered() throws Exception {
        var failed = failed(to("a@shop.example"), 550, "5.1.1", "No");
        var envelope = Envelope.of(ReversePath.nullPath(), List.of(failed.recipient()));

        assertThat(compose(envelope, MESSAGE, failed)).isEmpty();
    }

    private static Envelope international(String sender, Envelope.Return what, Settled settled) {
        return new Envelope(
                ReversePath.of(Mailbox.parse(sender)),
                List.of(settled.recipient()),
                Envelope.Body.EIGHT_BIT_MIME,
                true,
                Optional.of(what),
                Optional.empty());
    }

    private static Settled failedInternational() {
        return failed(
                new Recipient(
                        Mailbox.parse("\u5f20+1@shop.example"), Set.of(), Optional.of("utf-8;\u5f20=1@old.example")),
                550,
                "5.1.1",
                "No such mailbox");
    }

    @Test
    void speaksOfInternationalizedMailboxesInSevenBitToAMailboxThatIsNone() throws Exception {
        var failed = failedInternational();
        var message = "Subject: \u5f20\r\n\r\nbody\r\n";
        var dsn = compose(international("me@example.org", Envelope.Return.FULL, failed), message, failed);

        assertThat(text(dsn)).isASCII();
        assertThat(dsn.orElseThrow().envelope())
                .isEqualTo(Envelope.of(ReversePath.nullPath(), List.of(to("me@example.org", Notify.NEVER))));
        assertThat(status(dsn).getRecipientDSN(0).getHeader("Original-Recipient", null))
                .isEqualTo("utf-8; \\x{5F20}\\x{3D}1@old.example");
        assertThat(status(dsn).getRecipientDSN(0).getHeader("Final-Recipient", null))
                .isEqualTo("utf-8; \\x{5F20}\\x{2B}1@shop.example");
        assertThat(parts(dsn).getBodyPart(1).getContentType()).isEqualTo("message/delivery-status");
        assertThat(parts(dsn).getBodyPart(2).getContentType()).startsWith("text/rfc822-headers");
        assertThat(returned(dsn)).isEqualTo("Subject: \u5f20\r\n");
    }

    /** RFC 6533 section 4; whoever takes SMTPUTF8 takes 8-bit content (RFC 6531 section 3.1). */
    @ParameterizedTest
    @CsvSource({"FULL, message/global, '\r\nZur\u00fcck\r\n'", "HEADERS, message/global-headers, ''"})
    void speaksUtf8ToAnInternationalizedMailbox(Envelope.Return what, String type, String body) throws Exception {
        var failed = failedInternational();
        var header = "Subject: \u5f20\r\n";
        var dsn = compose(
                international("j\u00f6rg@b\u00fccher.example", what, failed), header + "\r\nZur\u00fcck\r\n", failed);

        assertThat(dsn.orElseThrow().envelope().smtpUtf8()).isTrue();
        assertThat(dsn.orElseThrow().envelope().body()).isEqualTo(Envelope.Body.EIGHT_BIT_MIME);
        assertThat(text(dsn)).contains("\r\nTo: <j\u00f6rg@b\u00fccher.example>\r\n");
        assertThat(text(dsn))
                .contains("""
                        Content-Type: message/global-delivery-status
                        Content-Transfer-Encoding: 8bit

                        Reporting-MTA: dns; mx-a.example
                        Arrival-Date: Sun, 1 Mar 2026 12:00:00 +0000

                        Original-Recipient: utf-8; \u5f20=1@old.example
                        Final-Recipient: utf-8; \u5f20+1@shop.example
                        Action: failed
                        """.replace("\n", "\r\n"))
                .contains("Content-Type: " + type + "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + header + body);
    }

    /** Nobody on the way back needs SMTPUTF8 for it. */
    @Test
    void saysADomainOfTheSenderThatAloneIsInternationalizedAsALabels() throws Exception {
        var failed = failed(to("a@shop.example"), 550, "5.1.1", "No");
        var dsn = compose(from("me@b\u00fccher.example", failed), MESSAGE, failed);

        assertThat(text(dsn)).isASCII().contains("\r\nTo: <me@xn--bcher-kva.example>\r\n");
        assertThat(dsn.orElseThrow().envelope())
                .isEqualTo(Envelope.of(ReversePath.nullPath(), List.of(to("me@b\u00fccher.example", Notify.NEVER))));
    }

    @Test
    void whatAHostilePeerSaidIsCutFoldedAndNeverALineOfItsOwn() throws Exception {
        var lines = Collections.nCopies(8, "Action: delivered --=_" + ID + " \u001b[2J \u00fc " + "x".repeat(450));
        var reply = new SmtpReply(550, Optional.of(EnhancedStatusCode.of("5.7.1")), lines);
        var dsn = compose(settled(
                to("a@shop.example"), RecipientState.FAILED, new DeliveryOutcome.Failed(Scope.RECIPIENT, reply)));

        assertThat(status(dsn).getRecipientDSNCount()).isEqualTo(1);
        assertThat(status(dsn).getRecipientDSN(0).getHeader("Action")).containsExactly("failed");
        assertThat(status(dsn).getRecipientDSN(0).getHeader("Diagnostic-Code", null))
                .isASCII()
                .hasSizeLessThan(1_100)
                .doesNotContain("\u001b");
        assertThat(text(dsn).split("\r\n")).allMatch(line -> line.length() <= 998);
        assertThat(parts(dsn).getCount()).isEqualTo(3);
    }

    @Test
    void contentThatCannotBeReadSettlesNothing() {
        var failed = failed(to("a@shop.example"), 550, "5.1.1", "No");
        var occasion = new Occasion(ID, from("me@example.org", failed), RECEIVED, List.of(failed), () -> {
            throw new IOException("damaged");
        });

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> writer.compose(occasion)))
                .isInstanceOf(IOException.class)
                .hasMessage("damaged");
    }
}
