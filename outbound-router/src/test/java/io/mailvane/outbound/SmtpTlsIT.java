package io.mailvane.outbound;

import static io.mailvane.outbound.SmtpKit.attempted;
import static io.mailvane.outbound.SmtpKit.nobody;
import static io.mailvane.outbound.SmtpKit.relayed;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with a real server: none, may and verify; AUTH. */
class SmtpTlsIT {
    @TempDir
    static Path directory;

    private static PeerCertificate peerCertificate;
    private static PeerCertificate otherCertificate;

    private final SmtpKit kit = new SmtpKit();

    @BeforeAll
    static void makeCertificates() throws Exception {
        peerCertificate = PeerCertificate.make(directory, "peer.example");
        otherCertificate = PeerCertificate.make(directory, "other.example");
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private static SmtpClientSettings may() {
        return SmtpKit.settings(TlsMode.MAY, SmtpKit.timeouts());
    }

    private static SmtpClientSettings verify(PeerCertificate trusted) throws IOException {
        return new SmtpClientSettings(
                "mx-a.example",
                TlsMode.VERIFY,
                TlsContexts.load(Optional.of(trusted.caFile())),
                Optional.empty(),
                SmtpKit.timeouts(),
                Optional.empty());
    }

    private static SmtpClientSettings withPassword(SmtpClientSettings settings) {
        return new SmtpClientSettings(
                settings.hostname(),
                settings.tls(),
                settings.contexts(),
                Optional.of(new TransportSettings.Credentials("u", new Secret("sesame"))),
                settings.timeouts(),
                settings.local());
    }

    private static Answers secure(String... offers) {
        return Answers.offering(offers).withTls(peerCertificate.server());
    }

    @Test
    void mayTakesTlsFromAnyoneWhoOffersIt() throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS", "PIPELINING"))) {
            assertThat(kit.deliver(may(), kit.mail("a@x.example"), peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard())
                    .containsExactly(
                            "EHLO mx-a.example",
                            "STARTTLS",
                            "EHLO mx-a.example",
                            "MAIL FROM:<me@example.org>",
                            "RCPT TO:<a@x.example>",
                            "DATA",
                            "QUIT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"454 4.7.0 Not now", "502 5.5.1 What?"})
    void maySpeaksPlainWhenTlsIsRefused(String reply) throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS").to("STARTTLS", reply))) {
            assertThat(kit.deliver(may(), kit.mail("a@x.example"), peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void maySpeaksPlainOnANewConnectionWhenTlsDoesNotComeAbout() throws Exception {
        ScriptedPeer.Script broken = line -> {
            line.reply("220 peer.example").hearAndReply("250-peer.example\r\n250 STARTTLS");
            line.hearAndReply("220 Go on").swallow(1);
            line.say("no TLS at all\r\n").hold();
        };
        assertPlainAfter(broken);
    }

    @Test
    void maySpeaksPlainOnANewConnectionWhenThePeerGoesInTheHandshake() throws Exception {
        ScriptedPeer.Script leaving = line -> {
            line.reply("220 peer.example").hearAndReply("250-peer.example\r\n250 STARTTLS");
            line.hearAndReply("220 Go on").swallow(1);
            line.reset();
        };
        assertPlainAfter(leaving);
    }

    private void assertPlainAfter(ScriptedPeer.Script first) throws Exception {
        try (var peer = ScriptedPeer.of(first, secure("STARTTLS"))) {
            assertThat(kit.deliver(may(), kit.mail("a@x.example"), peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard()).filteredOn("STARTTLS"::equals).hasSize(1);
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void noneNeverAsksForTls() throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS"))) {
            assertThat(kit.deliver(kit.mail("a@x.example"), peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard()).doesNotContain("STARTTLS");
        }
    }

    @Test
    void verifyRelaysToACertificateThatVerifiesForTheHost() throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS"))) {
            assertThat(kit.deliver(verify(peerCertificate), kit.mail("a@x.example"), peer))
                    .isEqualTo(attempted(peer, relayed(peer)));
        }
    }

    @Test
    void verifyWaitsWhereTlsIsNotOffered() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering())) {
            assertThat(kit.deliver(verify(peerCertificate), kit.mail("a@x.example"), peer))
                    .isEqualTo(nobody(peer, "TLS is required, and it is not offered"));
            assertThat(peer.heard()).doesNotContain("MAIL FROM:<me@example.org>");
        }
    }

    @Test
    void verifyWaitsWhereTlsIsRefused() throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS").to("STARTTLS", "454 4.7.0 Not now"))) {
            assertThat(kit.deliver(verify(peerCertificate), kit.mail("a@x.example"), peer))
                    .isEqualTo(nobody(peer, "refused at STARTTLS: 454 4.7.0 Not now"));
        }
    }

    @Test
    void verifyWaitsWhereTheCertificateIsNobodysWeTrust() throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS"))) {
            assertNoTls(kit.deliver(verify(otherCertificate), kit.mail("a@x.example"), peer), peer);
        }
    }

    @Test
    void verifyWaitsWhereTheCertificateIsOfAnotherHost() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("STARTTLS").withTls(otherCertificate.server()))) {
            assertNoTls(kit.deliver(verify(otherCertificate), kit.mail("a@x.example"), peer), peer);
        }
    }

    private static void assertNoTls(DeliveryReport report, ScriptedPeer peer) {
        assertThat(report)
                .isInstanceOfSatisfying(
                        DeliveryReport.NoConnection.class,
                        none -> assertThat(none.reply().text())
                                .startsWith("451 4.4.1 no connection with " + peer.relay()
                                        + ": TLS with a verified certificate did not come about: "));
        assertThat(peer.connections()).isEqualTo(1);
        assertThat(peer.heard()).noneMatch(command -> command.startsWith("MAIL"));
    }

    @ParameterizedTest
    @EnumSource(names = {"MAY", "VERIFY"})
    void whatSomebodyPutBetweenStartTlsAndTlsIsNotHeard(TlsMode mode) throws Exception {
        ScriptedPeer.Script injected = line -> {
            line.reply("220 peer.example")
                    .hearAndReply("250-peer.example\r\n250 STARTTLS")
                    .hear();
            line.say("220 Go on\r\n250-evil.example\r\n250 AUTH PLAIN\r\n");
            line.startTls(peerCertificate.server());
            line.hold();
        };
        try (var peer = ScriptedPeer.of(injected)) {
            var settings = mode == TlsMode.MAY ? may() : verify(peerCertificate);

            assertThat(kit.deliver(settings, kit.mail("a@x.example"), peer))
                    .isEqualTo(nobody(peer, "something was sent between STARTTLS and TLS"));
        }
    }

    @Test
    void whatWasOfferedInPlainTextIsForgotten() throws Exception {
        ScriptedPeer.Script changing = line -> {
            line.reply("220 peer.example").hearAndReply("250-peer.example\r\n250-SIZE 1\r\n250 STARTTLS");
            line.hearAndReply("220 Go on").startTls(peerCertificate.server());
            line.hearAndReply("250 peer.example").hearAndReply("250 Ok").hearAndReply("250 Ok");
            line.hearAndReply("354 Go on").hearContent();
            line.reply("250 2.0.0 Taken").hear();
        };
        try (var peer = ScriptedPeer.of(changing)) {
            assertThat(kit.deliver(may(), kit.mail("a@x.example"), peer)).isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard()).contains("MAIL FROM:<me@example.org>");
        }
    }

    @Test
    void saysItsPasswordInOneLineWherePlainIsOffered() throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS", "AUTH LOGIN PLAIN").to("AUTH", "235 2.7.0 Ok"))) {
            assertThat(kit.deliver(withPassword(verify(peerCertificate)), kit.mail("a@x.example"), peer))
                    .isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard()).contains("AUTH PLAIN " + base64("\0u\0sesame"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTH LOGIN", "AUTH=LOGIN"})
    void saysItsPasswordInTwoLinesWhereOnlyLoginIsOffered(String offered) throws Exception {
        var script = secure("STARTTLS", offered)
                .to("AUTH", "334 VXNlcm5hbWU6")
                .to(base64("u"), "334 UGFzc3dvcmQ6")
                .to(base64("sesame"), "235 2.7.0 Ok");
        try (var peer = ScriptedPeer.of(script)) {
            assertThat(kit.deliver(withPassword(verify(peerCertificate)), kit.mail("a@x.example"), peer))
                    .isEqualTo(attempted(peer, relayed(peer)));
            assertThat(peer.heard()).containsSubsequence("AUTH LOGIN", base64("u"), base64("sesame"));
        }
    }

    @Test
    void aRefusedPasswordIsNoConnectionAndIsNotShown() throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS", "AUTH PLAIN").to("AUTH", "535 5.7.8 No"))) {
            assertThat(kit.deliver(withPassword(verify(peerCertificate)), kit.mail("a@x.example"), peer))
                    .isEqualTo(nobody(peer, "refused at AUTH: 535 5.7.8 No"));
        }
    }

    /** Each host would count it as one more wrong password of the same account. */
    @Test
    void aRefusedPasswordIsSaidToNoOtherHostOfTheDelivery() throws Exception {
        var refusing = secure("STARTTLS", "AUTH PLAIN").to("AUTH", "535 5.7.8 No");
        try (var peer = ScriptedPeer.of(refusing);
                var other = ScriptedPeer.of(refusing)) {
            assertThat(kit.deliver(withPassword(verify(peerCertificate)), kit.mail("a@x.example"), peer, other))
                    .isEqualTo(nobody(peer, "refused at AUTH: 535 5.7.8 No"));
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void aHostThatCannotCheckThePasswordNowLeavesItToAnother() throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS", "AUTH PLAIN").to("AUTH", "454 4.7.0 Not now"));
                var other = ScriptedPeer.of(secure("STARTTLS", "AUTH PLAIN").to("AUTH", "235 2.7.0 Ok"))) {
            assertThat(kit.deliver(withPassword(verify(peerCertificate)), kit.mail("a@x.example"), peer, other))
                    .isEqualTo(attempted(other, relayed(other)));
        }
    }

    @Test
    void saysNoPasswordWhereNoMechanismIsKnown() throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS", "AUTH GSSAPI CRAM-MD5"))) {
            assertThat(kit.deliver(withPassword(verify(peerCertificate)), kit.mail("a@x.example"), peer))
                    .isEqualTo(nobody(peer, "neither AUTH PLAIN nor AUTH LOGIN is offered"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "MAY"})
    void saysNoPasswordToAnybodyWhoDidNotVerify(TlsMode mode) throws Exception {
        try (var peer = ScriptedPeer.of(secure("STARTTLS", "AUTH PLAIN"))) {
            var settings = withPassword(SmtpKit.settings(mode, SmtpKit.timeouts()));

            assertThat(kit.deliver(settings, kit.mail("a@x.example"), peer))
                    .isEqualTo(nobody(peer, "a password is said only over TLS that verified"));
            assertThat(peer.heard()).noneMatch(command -> command.startsWith("AUTH"));
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
