package io.mailvane.appliance.node;

import static io.mailvane.appliance.node.JoinedWorld.A;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.node.SmtpReceiver.Word;
import io.mailvane.dnsbl.Operation;
import io.mailvane.dnsbl.OperatorOrder;
import io.mailvane.mail.RecipientState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a change of an address's standing does to mail that waits because of it: it does not wait for its time. */
class WaitingMailIT {
    @TempDir
    Path folder;

    @Test
    void aTurnToListedCallsWhatWaitsAndItLeavesByAnotherWay() throws Exception {
        try (var world = new JoinedWorld(folder, List.of(A), OptionalLong.of(100), "spamhaus-zen")) {
            world.pass(Duration.ofHours(1));
            world.receivers.answer((word, client, line) -> word == Word.RCPT
                    ? "421 4.7.28 Our system has detected an unusual rate of mail originating from your IP address."
                    : "");
            var id = world.accept("me@shop.example", "you@google.example");
            var waiting = world.settled(id);
            assertThat(waiting.state()).isEqualTo(RecipientState.DEFERRED);

            world.monitor.list(A, "spamhaus-zen", "127.0.0.2");
            world.pass(Duration.ofMinutes(20));

            var gone = world.until(id, recipient -> recipient.state().settled());
            assertThat(gone.state()).isEqualTo(RecipientState.RELAYED);
            assertThat(world.smarthost.taken()).containsExactly("127.0.0.1 you@google.example");
            assertThat(world.receivers.asked()).containsExactly("127.0.0.11 you@google.example");
            assertThat(world.monitor.instant()).isBefore(waiting.nextAttempt().orElseThrow());
        }
    }

    @Test
    void anAddressThatIsDrainedCallsWhatWaitsAndItLeavesByAnotherWay() throws Exception {
        try (var world = new JoinedWorld(folder, List.of(A), OptionalLong.of(100), "spamhaus-zen")) {
            world.pass(Duration.ofHours(1));
            world.receivers.answer((word, client, line) -> word == Word.RCPT
                    ? "421 4.7.28 Our system has detected an unusual rate of mail originating from your IP address."
                    : "");
            var id = world.accept("me@shop.example", "you@google.example");
            assertThat(world.settled(id).state()).isEqualTo(RecipientState.DEFERRED);
            var before = world.monitor.instant();

            world.monitor.operate("a1", new OperatorOrder(Operation.DRAIN, "eva", "a new PTR", Optional.empty()));

            var gone = world.until(id, recipient -> recipient.state().settled());
            assertThat(gone.state()).isEqualTo(RecipientState.RELAYED);
            assertThat(world.monitor.instant()).as("no time has passed").isEqualTo(before);
            assertThat(world.smarthost.taken()).containsExactly("127.0.0.1 you@google.example");
            assertThat(world.router.drained()).containsExactly("a1");
            assertThat(world.decision("google.example"))
                    .contains("a1 T4 shut: DRAINING: by the operator (eva): a new PTR");
        }
    }
}
