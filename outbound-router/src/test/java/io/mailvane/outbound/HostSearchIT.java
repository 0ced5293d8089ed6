package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mailvane.mail.SmtpReply;
import io.mailvane.outbound.HostSearch.NobodyException;
import io.mailvane.reply.ReplyPhase;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How far one delivery looks for a host that takes a session. */
class HostSearchIT {
    private final SmtpKit kit = new SmtpKit();
    private final SmtpDialer dialer = new SmtpDialer(
            SmtpKit.settings(TlsMode.NONE, SmtpKit.timeouts()), kit.shared().guard(), new AuthTurns());
    private final Deadline deadline = Deadline.in(Duration.ofMinutes(1), kit.nanos::get);

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    private HostSearch search(List<Target> targets) {
        return new HostSearch(dialer, new TargetSource.Targets(targets, ""), deadline);
    }

    private static NobodyException nobody(HostSearch search) {
        return catchThrowableOfType(NobodyException.class, search::next);
    }

    @Test
    void aDomainWithManyDeadHostsHasSixOfThemTried() throws Exception {
        try (var dead = ScriptedPeer.of(Answers.offering().to(Answers.GREETING, Answers.DROP))) {
            var search = search(Collections.nCopies(7, dead.target()));

            nobody(search);

            assertThat(dead.connections()).isEqualTo(6);
        }
    }

    @Test
    void nobodyIsTriedWhenTheTimeForTheMessageIsOver() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering())) {
            var search = search(List.of(peer.target()));
            kit.nanos.addAndGet(Duration.ofMinutes(1).toNanos());

            assertThat(nobody(search).reply()).isEqualTo(SmtpReply.of(451, "4.4.1", "no time was left to connect"));
            assertThat(peer.connections()).isZero();
        }
    }

    /** It tells what our address is worth there, whoever else is down. */
    @Test
    void theLastWordOfAHostThatWasReachedIsKeptThoughTheNextIsGone() throws Exception {
        try (var refuses = ScriptedPeer.of(Answers.offering().to(Answers.GREETING, "554 5.7.1 Not you"));
                var gone = ScriptedPeer.of(Answers.offering().to(Answers.GREETING, Answers.DROP))) {
            var nobody = nobody(search(List.of(refuses.target(), gone.target())));

            assertThat(nobody.relay()).isEqualTo(gone.relay());
            assertThat(nobody.refusal())
                    .contains(new DeliveryReport.Refusal(ReplyPhase.GREETING, SmtpReply.of(554, "5.7.1", "Not you")));
        }
    }
}
