package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusLinesTest {
    private static final String ADDRESS = """
            {"public":"203.0.113.11","state":"ACTIVE","score":0,"source":"a1","node":"zone-a","since":"2026-03-01T12:00:00.193913384Z",
            "why":"because","known":%s}""";
    private static final String ANSWER = """
            {"nodes":[{"node":"zone-a","state":"%s"}],
            "cells":[{"ip":"203.0.113.11","list":"test","lastVerified":%s},
            {"ip":"203.0.113.12","list":"test","lastVerified":"TIME"}]}""";
    private static final String CELL = """
            {"list":"test","state":"%s","overlay":"%s","meaning":"%s"}""";
    private static final String BEGIN =
            "203.0.113.11     ACTIVE       score 0, a1 on zone-a since 2026-03-01T12:00:00Z: because";

    private static JsonNode json(String text) throws IOException {
        return JsonMapper.builder().build().readTree(text);
    }

    @Test
    void anAddressIsToldAsItStands() throws IOException {
        assertThat(StatusLines.of(json(ADDRESS.formatted(true)), json(ANSWER.formatted("up", "null"))))
                .isEqualTo(BEGIN);
    }

    /** Of the other address something was known. */
    @Test
    void whatWasNeverKnownIsNoLastKnown() throws IOException {
        assertThat(StatusLines.of(json(ADDRESS.formatted(false)), json(ANSWER.formatted("up", "null"))))
                .isEqualTo(BEGIN + "; nothing is known yet");
        assertThat(StatusLines.of(json(ADDRESS.formatted(false)), json(ANSWER.formatted("up", "\"TIME\""))))
                .isEqualTo(BEGIN + "; lists do not tell: this is the last known");
    }

    /** It is not the lists that say nothing. */
    @Test
    void ofAnAddressWhoseNodeIsGoneThatIsSaid() throws IOException {
        assertThat(StatusLines.of(json(ADDRESS.formatted(false)), json(ANSWER.formatted("unreachable", "\"TIME\""))))
                .isEqualTo(BEGIN + "; zone-a does not answer: this is the last known");
    }

    @Test
    void aReceiverIsToldWithWhatItDid() throws IOException {
        var learned = """
                {"provider":"gmx.net","factor":%s,"shipped":0.6,"learned":{"by":"%s","at":"2026-03-01T12:00:00.5Z",
                "until":"2026-03-31T12:00:00.5Z","reply":"550 listed \\u001b[2J","messages":512,"withinSeconds":86400}}""";
        assertThat(StatusLines.ofReceiver(json(learned.formatted("1.0", "cited"))))
                .isEqualTo("  gmx.net                affinity 1.0, shipped 0.6, since 2026-03-01T12:00:00Z until"
                        + " 2026-03-31T12:00:00Z: cited it: 550 listed \ufffd[2J");
        assertThat(StatusLines.ofReceiver(json(learned.formatted("0.3", "took"))))
                .isEqualTo("  gmx.net                affinity 0.3, shipped 0.6, since 2026-03-01T12:00:00Z until"
                        + " 2026-03-31T12:00:00Z: took 512 messages from what is listed");
    }

    @Test
    void aCellHasALastKnownStateIfItEverHadOne() throws IOException {
        assertThat(StatusLines.of(json(CELL.formatted("NONE", "unknown", ""))))
                .isEqualTo("  test                   unknown");
        assertThat(StatusLines.of(json(CELL.formatted("LISTED", "unknown", "CSS"))))
                .isEqualTo("  test                   unknown, last known LISTED: CSS");
        assertThat(StatusLines.of(json(CELL.formatted("LISTED", "none", "CSS"))))
                .isEqualTo("  test                   LISTED: CSS");
    }

    @Test
    void whatHindersAnAddressIsToldItemByItem() throws IOException {
        var waiting = ADDRESS.formatted(true).replace("\"why\"", "\"admission\":[{}],\"why\"");
        assertThat(StatusLines.of(json(waiting), json(ANSWER.formatted("up", "null"))))
                .isEqualTo(BEGIN.replace("because", "not admitted yet"));
        assertThat(StatusLines.ofAdmission(json("""
                {"item":"port-25","state":"left-out","cure":"direct.probe names nobody"}""")))
                .isEqualTo("  port-25                left-out: direct.probe names nobody");
        assertThat(StatusLines.ofAdmission(json("""
                {"item":"spf shop.example","state":"right","cure":null}"""))).isEqualTo("  spf shop.example       right");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0  | took over zone-c, epoch 2, from zone-c at TIME: 0 messages, 0 in doubt, finished at LATER
            1  | took over zone-c, epoch 2, from zone-c at TIME: 1 message, 0 in doubt, the last one left at LATER
            12 | took over zone-c, epoch 2, from zone-c at TIME: 12 messages, 0 in doubt, the last one left at LATER
            """)
    void noLastMessageLeftWhereNoneWas(int messages, String line) throws IOException {
        var past = json("""
                {"partition":"zone-c","epoch":2,"finished":"LATER",
                "how":{"from":"zone-c","at":"TIME","messages":%d,"inDoubt":0}}""".formatted(messages));

        assertThat(StatusLines.finished(past)).isEqualTo(line);
    }
}
