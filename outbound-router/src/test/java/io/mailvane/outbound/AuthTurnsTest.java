package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mailvane.reply.ReplyPhase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many say the same credentials at once, and who says them after they were refused. Each exchange lasts until the test lets it end. */
class AuthTurnsTest {
    private final AuthTurns turns = new AuthTurns();
    private final Deadline deadline = Deadline.in(Duration.ofMinutes(10), System::nanoTime);
    private final AtomicInteger said = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);
    /** What became of each. */
    private final List<String> ends = new CopyOnWriteArrayList<>();

    private volatile String answer = "235 2.7.0 Ok";

    @AfterEach
    void letGo() {
        mayEnd.release(100);
    }

    private void exchange() throws IOException {
        said.incrementAndGet();
        mayEnd.acquireUninterruptibly();
        var reply = DeliveriesKit.reply(answer);
        if (reply.code() >= 400) {
            throw new UnusableHostException(
                    "refused at AUTH: " + answer, new DeliveryReport.Refusal(ReplyPhase.AUTH, reply));
        }
    }

    private void begin() {
        var attempt = turns.begin();
        Thread.ofVirtual().start(() -> {
            try {
                attempt.say(deadline, this::exchange);
                ends.add("accepted");
            } catch (IOException e) {
                ends.add(String.valueOf(e.getMessage()));
            }
        });
    }

    private void beginThree() {
        begin();
        await().until(() -> said.get() == 1);
        begin();
        begin();
    }

    @Test
    void onceTheyAreAcceptedAllMaySayThemAtOnce() {
        beginThree();
        assertThat(said).hasValue(1);

        mayEnd.release();

        await().until(() -> said.get() == 3);
        assertThat(ends).containsExactly("accepted");
    }

    @Test
    void refusedOnceTheyAreSaidByNobodyWhoHasBegunBefore() {
        beginThree();
        answer = "535 5.7.8 No";

        mayEnd.release();

        await().until(() -> ends.size() == 3);
        assertThat(ends)
                .containsExactlyInAnyOrder(
                        "refused at AUTH: 535 5.7.8 No",
                        "not asked, another session was just refused at AUTH: 535 5.7.8 No",
                        "not asked, another session was just refused at AUTH: 535 5.7.8 No");
        assertThat(said).hasValue(1);
    }

    /** Whoever is to find out later whether they are good by then. */
    @Test
    void whoBeginsAfterARefusalSaysThemAlone() {
        answer = "535 5.7.8 No";
        mayEnd.release();
        begin();
        await().until(() -> ends.size() == 1);

        begin();
        await().until(() -> said.get() == 2);
        answer = "235 2.7.0 Ok";
        mayEnd.release();

        await().until(() -> ends.size() == 2);
        assertThat(ends).containsExactly("refused at AUTH: 535 5.7.8 No", "accepted");
    }

    @Test
    void whatIsNoAnswerLeavesTheTurnToTheNext() {
        beginThree();
        answer = "454 4.7.0 Not now";
        mayEnd.release();
        await().until(() -> said.get() == 2);
        assertThat(ends).containsExactly("refused at AUTH: 454 4.7.0 Not now");

        answer = "235 2.7.0 Ok";
        mayEnd.release();

        await().until(() -> said.get() == 3);
    }

    @Test
    void nobodyWaitsBeyondItsDeadline() {
        begin();
        await().until(() -> said.get() == 1);

        var late = turns.begin();
        assertThatThrownBy(() -> late.say(Deadline.in(Duration.ofMillis(1), System::nanoTime), this::exchange))
                .hasMessage("another session tries our credentials and has no answer yet");
        assertThat(said).hasValue(1);
    }
}
