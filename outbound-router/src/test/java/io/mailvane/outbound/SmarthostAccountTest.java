package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.Secret;
import io.mailvane.reply.HeardReply;
import io.mailvane.reply.ReplyClassifier;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Allowed;
import io.mailvane.route.Decision;
import io.mailvane.route.Egress;
import io.mailvane.route.Heard;
import io.mailvane.route.MailFacts;
import io.mailvane.route.Permit;
import io.mailvane.route.Setup;
import io.mailvane.route.WaysOut.SmarthostNow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known of a smarthost is known of the account that it is, and not of the name that the operator gave it. */
class SmarthostAccountTest {
    private static final ProviderId PROVIDER = new ProviderId("elsewhere.example");
    private static final ReversePath SENDER = ReversePath.of(Mailbox.parse("me@shop.example"));
    private static final String PASSWORD = "correct horse battery staple";
    private static final Setup SETUP = setup("smtp.example", 587, "us", PASSWORD);

    @TempDir
    Path folder;

    private final Egress egress = egress(SETUP);

    private static Setup setup(String host, int port, String user, String password) {
        var credentials = new TransportSettings.Credentials(user, new Secret(password));
        return setup(host, port, TlsMode.VERIFY, Optional.of(credentials));
    }

    private static Setup setup(
            String host, int port, TlsMode tls, Optional<TransportSettings.Credentials> credentials) {
        var smtp =
                new TransportSettings.Smtp(List.of(new HostAndPort(host, port)), tls, Optional.empty(), credentials, 1);
        return new OutboundSettings(
                        "mx-a.example",
                        true,
                        new OwnHosts(Set.of("mx-a.example"), Set.of(), Set.of(), Set.of()),
                        Map.of(),
                        Map.of(),
                        new OutboundSettings.Direct(false, 25, 1),
                        List.of(new OutboundSettings.Smarthost("sh1", smtp, 1, OptionalLong.of(100))),
                        Timeouts.DEFAULT,
                        OutboundSettings.Limits.DEFAULT,
                        OutboundSettings.Leaving.DEFAULT)
                .setup();
    }

    private static Egress egress(Setup setup) {
        return new Egress(setup, () -> RouterKit.NOW, new Random(1), event -> {}, opening -> {});
    }

    enum Renewal {
        RELOAD,
        RESTART
    }

    private SmarthostNow after(Renewal renewal, Setup setup) {
        return switch (renewal) {
            case RELOAD -> {
                egress.reload(setup, Map.of());
                yield smarthost(egress);
            }
            case RESTART -> {
                keep();
                var again = egress(setup);
                new RouteFile(file(), again, new Pins(), new LostReplies()).recall();
                yield smarthost(again);
            }
        };
    }

    private Path file() {
        return folder.resolve("routes.db");
    }

    private void keep() {
        new RouteFile(file(), egress, new Pins(), new LostReplies()).keep();
    }

    private static SmarthostNow smarthost(Egress egress) {
        return egress.ways(Allowed.SMARTHOSTS_ONLY).smarthosts().getFirst();
    }

    private MailFacts mail() {
        return MailFacts.of(1, PROVIDER, SENDER).allowing(Allowed.SMARTHOSTS_ONLY);
    }

    private Permit take() {
        return ((Decision.Send) egress.choose(mail())).permit();
    }

    private void refuseCredentials(Permit permit) {
        var reply = DeliveriesKit.reply("535 5.7.8 Authentication credentials invalid");
        var meaning = ReplyClassifier.shipped()
                .classify(new HeardReply(reply, "smtp.example", HeardReply.NextHop.SMARTHOST, ReplyPhase.AUTH, SENDER));
        egress.heard(permit, mail(), new Heard(meaning, ReplyPhase.AUTH, 1, reply.text()));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsKnownOfAnAccountThatStaysIsKept(Renewal renewal) {
        refuseCredentials(take());

        var kept = after(renewal, setup("smtp.example", 587, "us", PASSWORD));
        assertThat(kept.state()).isEqualTo("OPEN_FOR_AUTH");
        assertThat(kept.used()).isEqualTo(1);
    }

    /** The account is the same: what it took today counts on. */
    @ParameterizedTest
    @EnumSource
    void anotherPasswordEndsTheWaitForRefusedCredentialsAndNothingElse(Renewal renewal) {
        refuseCredentials(take());

        var mended = after(renewal, setup("smtp.example", 587, "us", PASSWORD + "!"));
        assertThat(mended.state())
                .as("one message shows at once whether it is the right one")
                .isEqualTo("HALF_OPEN");
        assertThat(mended.until()).isEmpty();
        assertThat(mended.used()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void anotherPasswordIsNoReasonToTryWhatCannotBeReached(Renewal renewal) {
        var permit = take();
        for (int i = 0; i < 5; i++) {
            egress.unreached(permit);
        }
        assertThat(after(renewal, setup("smtp.example", 587, "us", PASSWORD + "!"))
                        .state())
                .isEqualTo("OPEN");
    }

    @ParameterizedTest
    @EnumSource
    void anotherHostPortUserOrTlsByTheSameNameBeginsAnew(Renewal renewal) {
        for (var other : List.of(
                setup("smtp2.example", 587, "us", PASSWORD),
                setup("smtp.example", 465, "us", PASSWORD),
                setup("smtp.example", 587, "them", PASSWORD),
                setup("smtp.example", 587, TlsMode.VERIFY, Optional.empty()))) {
            egress.reload(SETUP, Map.of());
            refuseCredentials(take());

            var begun = after(renewal, other);
            assertThat(begun.state()).isEqualTo("CLOSED");
            assertThat(begun.used()).isZero();
            egress.reload(other, Map.of());
        }
        egress.reload(setup("smtp.example", 587, TlsMode.MAY, Optional.empty()), Map.of());
        take();
        assertThat(after(renewal, setup("smtp.example", 587, TlsMode.NONE, Optional.empty()))
                        .used())
                .isZero();
    }

    @Test
    void otherCredentialsAreTriedByOneMessageAndByAllOnceTheyAreTaken() {
        refuseCredentials(take());
        egress.reload(setup("smtp.example", 587, "us", PASSWORD + "!"), Map.of());

        var trial = take();
        assertThat(egress.choose(mail())).isInstanceOf(Decision.Hold.class);
        egress.accepted(trial);

        assertThat(smarthost(egress).state()).isEqualTo("CLOSED");
    }

    @Test
    void whatIsUnderWayWithTheOldPasswordShutsNobodyOut() {
        var old = take();
        egress.reload(setup("smtp.example", 587, "us", PASSWORD + "!"), Map.of());
        refuseCredentials(old);

        assertThat(smarthost(egress).state()).isEqualTo("CLOSED");
        refuseCredentials(take());
        assertThat(smarthost(egress).state()).isEqualTo("OPEN_FOR_AUTH");
    }

    @Test
    void whatIsUnderWayToTheOldHostSaysNothingOfTheNewOne() {
        var old = take();
        egress.reload(setup("smtp2.example", 587, "us", PASSWORD), Map.of());
        take();
        for (int i = 0; i < 5; i++) {
            egress.unreached(old);
        }
        egress.giveBack(old, 1);

        assertThat(smarthost(egress).state()).isEqualTo("CLOSED");
        assertThat(smarthost(egress).used()).isEqualTo(1);
    }

    /** Too few octets to find it by, whoever gets the file. */
    @Test
    void aPasswordIsNotWrittenDown() throws Exception {
        refuseCredentials(take());
        keep();

        assertThat(new String(Files.readAllBytes(file()), StandardCharsets.ISO_8859_1))
                .contains("smtp.example:587", "us")
                .doesNotContain(PASSWORD);
        assertThat(new TransportSettings.Credentials("us", new Secret(PASSWORD)).mark())
                .hasSize(4);
    }
}
