package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteCommandsTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '|',
            value = {
                "send, \"a1\", null, T1: listed nowhere -> send by a1",
                "hold, null, \"2026-03-01T12:00:00Z\", waits: by MX -> hold until 2026-03-01T12:00:00Z",
                "hold, null, \"2026-03-01T12:00:00Z\", fails: by MX -> fail, and be returned to the sender",
            })
    void saysWhatWouldBecomeOfTheMail(String answer, String said) throws Exception {
        var words = answer.split(", ");
        var json = "{\"decision\":\"%s\",\"chosen\":%s,\"until\":%s,\"candidates\":[{\"reasons\":[\"%s\"]}]}"
                .formatted((Object[]) words);

        assertThat(RouteCommands.decision(new ObjectMapper().readTree(json))).isEqualTo(said);
    }
}
