package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Secret;
import io.mailvane.mail.WorkerState;
import io.mailvane.scanning.WorkerSettings.Access;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a worker and its relay say in their logs of engines that do not answer. */
class WorkerTurnsTest {
    private static final String DOWN = "clamav: Connection refused";

    @Test
    void aWorkerSaysOnceWhichEngineDoesNotAnswerAlsoAtItsStart() {
        var gate = new WorkerGate(2);
        assertThat(gate.asleep(DOWN)).isTrue();
        assertThat(gate.asleep(DOWN)).isFalse();
        assertThat(gate.asleep("rspamd: answered 500")).isTrue();
        assertThat(gate.ready()).isTrue();
        assertThat(gate.ready()).isFalse();
        assertThat(gate.asleep(DOWN)).isTrue();
    }

    @Test
    void itsRelaySaysItOnceAsWell() {
        var members = new PoolMembers(PoolSettings.DEFAULT);
        try (var client = new WorkerClient(URI.create("http://127.0.0.1:1"), new Access.Token(new Secret("t0ken")))) {
            var member = new PoolMember("w1", client);
            members.add(member);
            assertThat(answers(members, member, WorkerState.STARTING, DOWN))
                    .contains(new WorkerView("w1", WorkerState.STARTING, 0, DOWN));
            assertThat(answers(members, member, WorkerState.STARTING, DOWN)).isEmpty();
            assertThat(answers(members, member, WorkerState.READY, ""))
                    .contains(new WorkerView("w1", WorkerState.READY, 0, ""));
            assertThat(answers(members, member, WorkerState.READY, "")).isEmpty();
        }
    }

    private static Optional<WorkerView> answers(
            PoolMembers members, PoolMember member, WorkerState state, String reason) {
        return members.turned(member, m -> m.answered(new WorkerStatus(state, 0, 2, reason)));
    }
}
