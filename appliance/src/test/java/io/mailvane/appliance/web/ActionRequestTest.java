package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.MessageState;
import io.mailvane.queue.QueueFilter;
import jakarta.ws.rs.WebApplicationException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionRequestTest {
    @Test
    void namesMessages() {
        assertThat(read("{\"qids\":[\"0123456789ABCDEF\",\"another\"]}"))
                .isEqualTo(new ActionRequest(
                        Optional.of(List.of("0123456789ABCDEF", "another")), Optional.empty(), false));
    }

    @Test
    void meansAllOnlyWhenItSaysSo() {
        assertThat(read("{\"filter\":{},\"dryRun\":true}")
                        .filter()
                        .orElseThrow()
                        .toFilter())
                .isEqualTo(QueueFilter.ALL);
    }

    @Test
    void filtersAsTheListDoes() {
        assertThat(read("{\"filter\":{\"sender\":\"<>\",\"domain\":\"shop.example\",\"state\":\"held\"}}")
                        .filter()
                        .orElseThrow()
                        .toFilter())
                .isEqualTo(new QueueFilter(
                        Optional.of(""),
                        Optional.empty(),
                        Optional.of("shop.example"),
                        Optional.of(MessageState.HELD)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"qids\":[],\"filter\":{}}",
                "{\"qids\":\"0123456789ABCDEF\"}",
                "{\"qids\":[1]}",
                "{\"qids\":[null]}",
                "{\"qids\":[\"../etc\"]}",
                "{\"filter\":{\"sendr\":\"me@example.org\"}}",
                "{\"filter\":{\"state\":1}}",
                "{\"filter\":{},\"dry-run\":true}",
                "{\"filter\":{},\"dryRun\":\"yes\"}",
                "{\"filter\":{},\"filter\":{\"state\":\"held\"}}",
                "{\"filter\":{}} {}",
            })
    void refusesWhatCouldMeanOtherMail(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        refused -> assertThat(refused.getResponse().getStatus()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sender", "recipient", "domain", "state"})
    void refusesAnEmptyTextInAFilter(String name) {
        var filter = read("{\"filter\":{\"" + name + "\":\" \"}}").filter().orElseThrow();
        assertThatThrownBy(filter::toFilter).hasMessageStartingWith("filter " + name + " is empty");
    }

    private static ActionRequest read(String body) {
        return ActionRequest.read(body.getBytes(StandardCharsets.UTF_8));
    }
}
