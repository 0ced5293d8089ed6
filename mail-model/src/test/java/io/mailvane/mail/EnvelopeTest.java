package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.Recipient.Notify;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final Mailbox JOE = Mailbox.parse("joe@example.org");

    @Test
    void hasARecipient() {
        assertThatThrownBy(() -> Envelope.of(ReversePath.nullPath(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsItsRecipientsWhateverBecomesOfTheListItGot() {
        var recipients = new ArrayList<>(List.of(Recipient.of(JOE)));
        var envelope = Envelope.of(ReversePath.of(JOE), recipients);
        recipients.clear();
        assertThat(envelope.recipients()).containsExactly(Recipient.of(JOE));
    }

    @Test
    void isPlainMailUnlessMoreWasSaid() {
        assertThat(Envelope.of(ReversePath.nullPath(), List.of(Recipient.of(JOE))))
                .isEqualTo(new Envelope(
                        new ReversePath.Null(),
                        List.of(new Recipient(JOE, Set.of(), Optional.empty())),
                        Envelope.Body.SEVEN_BIT,
                        false,
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void writesReversePathsAsTheRfcDoes() {
        assertThat(ReversePath.nullPath()).hasToString("<>");
        assertThat(ReversePath.nullPath().text()).isEmpty();
        assertThat(ReversePath.of(JOE)).hasToString("<joe@example.org>");
        assertThat(ReversePath.of(JOE).text()).isEqualTo("joe@example.org");
    }

    @Test
    void notifiesOnFailureUnlessSomethingElseWasAskedFor() {
        assertThat(recipient(EnumSet.noneOf(Notify.class)).notifyOnFailure()).isTrue();
        assertThat(recipient(EnumSet.of(Notify.FAILURE)).notifyOnFailure()).isTrue();
        assertThat(recipient(EnumSet.of(Notify.SUCCESS, Notify.FAILURE)).notifyOnFailure())
                .isTrue();
        assertThat(recipient(EnumSet.of(Notify.SUCCESS, Notify.DELAY)).notifyOnFailure())
                .isFalse();
        assertThat(recipient(EnumSet.of(Notify.NEVER)).notifyOnFailure()).isFalse();
    }

    @Test
    void neverNotifiesTogetherWithAnythingElse() {
        for (var other : EnumSet.complementOf(EnumSet.of(Notify.NEVER))) {
            assertThatThrownBy(() -> recipient(EnumSet.of(Notify.NEVER, other)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Recipient recipient(Set<Notify> notifyOn) {
        return new Recipient(JOE, notifyOn, Optional.empty());
    }
}
