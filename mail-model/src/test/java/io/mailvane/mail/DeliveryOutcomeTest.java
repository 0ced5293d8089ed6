package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.DeliveryOutcome.Deferred;
import io.mailvane.mail.DeliveryOutcome.Failed;
import io.mailvane.mail.DeliveryOutcome.Relayed;
import io.mailvane.mail.DeliveryOutcome.Scope;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeliveryOutcomeTest {
    private static DeliveryOutcome relayed(SmtpReply reply) {
        return new Relayed("mx[192.0.2.1]:25", reply);
    }

    private static DeliveryOutcome deferred(SmtpReply reply) {
        return new Deferred(Scope.RECIPIENT, reply);
    }

    private static DeliveryOutcome failed(SmtpReply reply) {
        return new Failed(Scope.MESSAGE, reply);
    }

    private static Arguments row(Function<SmtpReply, DeliveryOutcome> outcome, int code) {
        return Arguments.of(outcome, code);
    }

    static Stream<Arguments> agreeing() {
        return Stream.of(
                row(DeliveryOutcomeTest::relayed, 250),
                row(DeliveryOutcomeTest::relayed, 251),
                row(DeliveryOutcomeTest::deferred, 421),
                row(DeliveryOutcomeTest::deferred, 450),
                row(DeliveryOutcomeTest::failed, 550),
                row(DeliveryOutcomeTest::failed, 521));
    }

    @ParameterizedTest
    @MethodSource("agreeing")
    void takesAReplyOfItsClass(Function<SmtpReply, DeliveryOutcome> outcome, int code) {
        var reply = SmtpReply.of(code, "x");
        assertThat(outcome.apply(reply).reply()).isEqualTo(reply);
    }

    static Stream<Arguments> contradicting() {
        return Stream.of(
                row(DeliveryOutcomeTest::relayed, 354),
                row(DeliveryOutcomeTest::relayed, 450),
                row(DeliveryOutcomeTest::relayed, 550),
                row(DeliveryOutcomeTest::deferred, 250),
                row(DeliveryOutcomeTest::deferred, 354),
                row(DeliveryOutcomeTest::deferred, 550),
                row(DeliveryOutcomeTest::failed, 250),
                row(DeliveryOutcomeTest::failed, 354),
                row(DeliveryOutcomeTest::failed, 450));
    }

    @ParameterizedTest
    @MethodSource("contradicting")
    void cannotDisagreeWithItsReply(Function<SmtpReply, DeliveryOutcome> outcome, int code) {
        assertThatThrownBy(() -> outcome.apply(SmtpReply.of(code, "x"))).isInstanceOf(IllegalArgumentException.class);
    }
}
