package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.web.MessageAnswer.RecipientAnswer;
import io.mailvane.appliance.web.MessageRow.Fate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessageRowTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void putsRecipientsOfTheSameFateTogether() {
        var row = row(
                recipient("a@shop.example", "deferred", "451 Busy", NOON.plusSeconds(60)),
                recipient("b@shop.example", "relayed", "250 Ok"),
                recipient("c@shop.example", "deferred", "451 Busy", NOON.plusSeconds(30)));
        assertThat(row.fates())
                .containsExactly(
                        new Fate(
                                "deferred",
                                List.of("a@shop.example", "c@shop.example"),
                                0,
                                "451 Busy",
                                Optional.of(NOON.plusSeconds(30))),
                        new Fate("relayed", List.of("b@shop.example"), 0, "250 Ok", Optional.empty()));
        assertThat(row.more()).isZero();
    }

    @Test
    void namesTheFirstOfManyAndCountsTheOthers() {
        var row = row(IntStream.range(0, 1000)
                .mapToObj(i -> recipient(i + "@shop.example", "relayed", "250 Ok"))
                .toArray(RecipientAnswer[]::new));
        assertThat(row.fates())
                .containsExactly(new Fate(
                        "relayed",
                        List.of("0@shop.example", "1@shop.example", "2@shop.example"),
                        997,
                        "250 Ok",
                        Optional.empty()));
    }

    @Test
    void countsRecipientsOfTooManyFates() {
        var row = row(IntStream.range(0, 9)
                .mapToObj(i -> recipient(i + "@shop.example", "failed", "550 reply " + i))
                .toArray(RecipientAnswer[]::new));
        assertThat(row.fates()).hasSize(4);
        assertThat(row.more()).isEqualTo(5);
    }

    private static RecipientAnswer recipient(String address, String state, String why, Instant... next) {
        return new RecipientAnswer(
                address, state, Optional.of(why), Stream.of(next).findFirst(), List.of());
    }

    private static MessageRow row(RecipientAnswer... recipients) {
        return MessageRow.of(new MessageAnswer(
                "0123456789ABCDEF",
                "me@example.org",
                1,
                "active",
                NOON,
                "client.example[192.0.2.7]",
                List.of(recipients)));
    }
}
