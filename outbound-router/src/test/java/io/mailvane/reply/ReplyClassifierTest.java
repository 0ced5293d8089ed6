package io.mailvane.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import io.mailvane.reply.HeardReply.NextHop;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyClassifierTest {
    private static final ReversePath SENDER = ReversePath.of(Mailbox.parse("me@shop.example"));
    private static final ReplyClassifier CLASSIFIER = ReplyClassifier.shipped();

    /** A reply as it is written down: code, perhaps a status code, text. */
    private static SmtpReply reply(String written) {
        int code = Integer.parseInt(written.substring(0, 3));
        var rest = written.substring(Math.min(4, written.length()));
        var first = rest.split(" ", 2)[0];
        var status = EnhancedStatusCode.parse(first)
                .filter(each -> each.statusClass().digit() == code / 100);
        return new SmtpReply(
                code,
                status,
                List.of(status.isEmpty() ? rest : rest.substring(first.length()).strip()));
    }

    private static Classification classify(String host, ReplyPhase phase, String written) {
        return CLASSIFIER.classify(new HeardReply(reply(written), host, NextHop.MX, phase, SENDER));
    }

    private static Classification relayed(ReplyPhase phase, ReversePath from, String written) {
        return CLASSIFIER.classify(new HeardReply(reply(written), "relay.example", NextHop.SMARTHOST, phase, from));
    }

    @ParameterizedTest
    @CsvFileSource(
            resources = "replies-of-receivers.csv",
            delimiter = '|',
            numLinesToSkip = 1,
            ignoreLeadingAndTrailingWhitespace = true)
    void understandsWhatReceiversSay(String host, ReplyPhase phase, ReplyClass replyClass, String written) {
        var found = classify(host, phase, written);
        assertThat(found.replyClass()).as("%s by %s", written, found.pattern()).isEqualTo(replyClass);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            END_OF_DATA | SMARTHOST_QUOTA  | 454 Throttling failure: Daily message quota exceeded
            END_OF_DATA | SMARTHOST_RATE   | 454 Throttling failure: Maximum sending rate exceeded
            END_OF_DATA | SMARTHOST_CONFIG | 554 Message rejected: Email address is not verified
            AUTH        | SMARTHOST_AUTH   | 535 Authentication Credentials Invalid
            MAIL        | SMARTHOST_AUTH   | 530 5.7.0 Authentication required
            END_OF_DATA | SMARTHOST_QUOTA  | 454 4.7.0 Sending has been paused for this account
            RCPT        | RCPT_UNKNOWN     | 550 5.1.1 User unknown
            """)
    void understandsWhatASmarthostSays(ReplyPhase phase, ReplyClass replyClass, String written) {
        assertThat(relayed(phase, SENDER, written).replyClass()).isEqualTo(replyClass);
    }

    @Test
    void aReceiverIsNoSmarthostWhateverItSays() {
        assertThat(classify("mx.shop.example", ReplyPhase.RCPT, "454 Throttling failure: Daily message quota exceeded")
                        .replyClass())
                .isEqualTo(ReplyClass.MAILBOX_FULL);
    }

    @Test
    void aSmarthostThatRefusesTheNullReversePathDoesNotTakeThisSender() {
        assertThat(relayed(ReplyPhase.MAIL, ReversePath.nullPath(), "501 Invalid MAIL FROM address provided")
                        .replyClass())
                .isEqualTo(ReplyClass.SMARTHOST_CONFIG);
        assertThat(relayed(ReplyPhase.RCPT, ReversePath.nullPath(), "550 5.1.1 User unknown")
                        .replyClass())
                .isEqualTo(ReplyClass.RCPT_UNKNOWN);
        assertThat(relayed(ReplyPhase.MAIL, ReversePath.nullPath(), "530 5.7.0 Authentication required")
                        .replyClass())
                .isEqualTo(ReplyClass.SMARTHOST_AUTH);
        assertThat(relayed(ReplyPhase.MAIL, SENDER, "501 Invalid MAIL FROM address provided")
                        .replyClass())
                .isEqualTo(ReplyClass.UNRECOGNISED);
    }

    @Test
    void aPhaseThatSpeaksAgainstAClassTakesAStepOfConfidence() {
        var text = "554 5.7.1 Service unavailable; Client host [203.0.113.11] blocked using zen.spamhaus.org";
        assertThat(classify("mx.shop.example", ReplyPhase.RCPT, text).confidence())
                .isEqualTo(Confidence.HIGH);
        assertThat(classify("mx.shop.example", ReplyPhase.END_OF_DATA, text).confidence())
                .isEqualTo(Confidence.MEDIUM);
    }

    @Test
    void aRefusalBeforeMailIsAboutOurAddressThoughNobodyKnowsTheWords() {
        var found = classify("mx.shop.example", ReplyPhase.GREETING, "554 we like you not");
        assertThat(found)
                .isEqualTo(new Classification(
                        ReplyClass.IP_BLOCK,
                        Confidence.LOW,
                        "phase",
                        Classification.Extent.ADDRESS,
                        Optional.empty(),
                        List.of()));
        assertThat(classify("mx.shop.example", ReplyPhase.EHLO, "554 we like you not")
                        .replyClass())
                .isEqualTo(ReplyClass.IP_BLOCK);
        assertThat(classify("mx.shop.example", ReplyPhase.RCPT, "554 we like you not")
                        .replyClass())
                .isEqualTo(ReplyClass.UNRECOGNISED);
        assertThat(classify("mx.shop.example", ReplyPhase.RCPT, "450 perhaps one day")
                        .replyClass())
                .isEqualTo(ReplyClass.SERVER_TEMP);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            554 5.7.1 Service unavailable; Client host [203.0.113.11] blocked using zen.spamhaus.org | spamhaus-zen
            553 5.7.1 [BL21] Connections will not be accepted from 203.0.113.11                      | spamhaus-zen
            554 Your IP is blocked using Barracuda Reputation; http://www.barracudanetworks.com/reputation/?ip=203.0.113.11 | barracuda
            550 5.7.1 Client host rejected: listed by bl.spamcop.net                                 | spamcop
            550 5.7.1 203.0.113.11 is blocked using bl.test                                          | bl.test
            550 5.7.1 Client host [203.0.113.11] found in dnsbl-2.uceprotect.net                     | uceprotect-2
            550 5.7.1 Client host [2001:db8::1] blocked using bl.ipv6.spameatingmonkey.net           | sem-black-v6
            550 5.1.1 User unknown                                                                   |
            """)
    void findsTheListThatIsCited(String written, String list) {
        assertThat(classify("mx.shop.example", ReplyPhase.RCPT, written).citedList())
                .isEqualTo(Optional.ofNullable(list));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            550 5.7.1 Your IP address is blocked                                     | 203.0.113.11 | true
            550 5.7.1 Your IP address [203.0.113.11] is blocked                      | 203.0.113.11 | true
            550 5.7.1 Your IP address [203.0.113.12] is blocked                      | 203.0.113.11 | false
            550 5.7.1 Your IP netblock 203.0.113.0 is blocked                        | 203.0.113.11 | true
            550 5.7.1 Your IP netblock 198.51.100.0 is blocked                       | 203.0.113.11 | false
            550 5.7.1 Your IP is listed at bl.test (127.0.0.2)                       | 203.0.113.11 | true
            550 5.7.1 Your IP 2001:db8::1 is blocked                                 | 2001:db8::1  | true
            550 5.7.1 Your IP 2001:db8::2 is blocked                                 | 2001:db8::1  | false
            550 5.7.1 Your IP netblock 2001:db8::2 is blocked                        | 2001:db8::1  | true
            550 5.7.1 Your IP netblock 2001:db8:0:1::2 is blocked                    | 2001:db8::1  | false
            550 5.7.1 Your IP 2001:db8::2: it is blocked                             | 2001:db8::1  | false
            550 5.7.1 Your IP is blocked: 11.113.0.203.bl.test is listed             | 203.0.113.11 | true
            550 5.7.1 Your IP is blocked: 1.0.0.0.b.d.0.1.bl.test is listed          | 2001:db8::1  | true
            550 5.7.1 Your IP is blocked: 203.0.113.12.                              | 203.0.113.11 | false
            """)
    void isHeldAgainstTheAddressThatItQuotesAlone(String written, String source, boolean concerns) throws Exception {
        var found = classify("mx.shop.example", ReplyPhase.RCPT, written);
        assertThat(found.replyClass()).isEqualTo(ReplyClass.IP_BLOCK);
        assertThat(found.concerns(InetAddress.getByName(source))).isEqualTo(concerns);
    }

    @Test
    void tellsHowMuchOfOursIsMeant() {
        assertThat(classify(
                                "mx1.outlook.com",
                                ReplyPhase.RCPT,
                                "550 5.7.1 Unfortunately, messages from [203.0.113.11] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).")
                        .extent())
                .isEqualTo(Classification.Extent.NETBLOCK);
        assertThat(classify("mx.shop.example", ReplyPhase.RCPT, "550 IP address blacklisted by recipient")
                        .extent())
                .isEqualTo(Classification.Extent.RECIPIENT_DOMAIN);
        assertThat(classify("mx.shop.example", ReplyPhase.RCPT, "550 your IP is blocked")
                        .extent())
                .isEqualTo(Classification.Extent.ADDRESS);
    }

    @Test
    void textsThatDifferInAnAddressMeanTheSameAndQuoteTheirOwn() throws Exception {
        for (int i = 1; i < 3_000; i++) {
            var address = "198.51." + i % 250 + "." + i / 250;
            var found = classify("mx.shop.example", ReplyPhase.RCPT, "550 5.7.1 Your IP " + address + " is blocked");
            assertThat(found.quoted()).containsExactly(InetAddress.getByName(address));
            assertThat(found.replyClass()).isEqualTo(ReplyClass.IP_BLOCK);
        }
    }
}
