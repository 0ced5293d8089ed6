package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckLineTest {
    private static final String WELL = """
            {"public":"203.0.113.11","node":"zone-a","state":"ACTIVE","check":"clean","why":"no list names it","score":0,
            "listedOn":[]}""";

    private static CheckLine line(String address, String tone, String state, String cells) throws IOException {
        var answer = json("{\"tone\":\"" + tone + "\",\"nodes\":[{\"node\":\"zone-a\",\"state\":\"" + state
                + "\"}],\"cells\":" + cells + "}");
        return CheckLine.of(answer, json(address));
    }

    private static JsonNode json(String text) throws IOException {
        return JsonMapper.builder().build().readTree(text);
    }

    @Test
    void isShortWhereAllIsWell() throws IOException {
        assertThat(line(WELL, "ok", "up", "[]"))
                .isEqualTo(new CheckLine("clean", "CLEAN: 203.0.113.11 is ACTIVE | score=0"));
    }

    @Test
    void saysWhyAnAddressThatNoListNamesIsOut() throws IOException {
        var out = WELL.replace("clean", "warning")
                .replace("ACTIVE", "QUARANTINED")
                .replace("no list names it", "receivers see 198.51.100.9");
        assertThat(line(out, "bad", "up", "[]"))
                .isEqualTo(new CheckLine(
                        "warning", "WARNING: 203.0.113.11 is QUARANTINED: receivers see 198.51.100.9 | score=0"));
    }

    @Test
    void namesTheListsThatDoNotTell() throws IOException {
        var cells = """
                [{"ip":"203.0.113.11","list":"test","overlay":"refused"},
                {"ip":"203.0.113.11","list":"other","overlay":"muted"},
                {"ip":"203.0.113.12","list":"third","overlay":"blind"}]""";
        assertThat(line(WELL.replace("clean", "warning"), "warn", "up", cells))
                .isEqualTo(
                        new CheckLine(
                                "warning",
                                "WARNING: 203.0.113.11 is ACTIVE: no list names it; no answer that counts from test | score=0"));
    }

    @Test
    void knowsNothingOfAnAddressWhoseNodeIsGone() throws IOException {
        assertThat(line(WELL.replace("clean", "unknown"), "ok", "unreachable", "[]"))
                .isEqualTo(new CheckLine(
                        "unknown", "UNKNOWN: 203.0.113.11 is ACTIVE, as last known: zone-a does not answer | score=0"));
    }

    /** That it was listed is no more than the last known. */
    @Test
    void saysOfAListedAddressTooThatItsNodeIsGone() throws IOException {
        var listed = WELL.replace("clean", "unknown")
                .replace("ACTIVE", "QUARANTINED")
                .replace("\"listedOn\":[]", "\"listedOn\":[\"test\"]");
        assertThat(line(listed, "stale", "unreachable", "[]").text())
                .isEqualTo("UNKNOWN: 203.0.113.11 is QUARANTINED, listed on test, as last known: zone-a does not answer"
                        + " | score=0");
    }

    private static List<String> all(String node) throws IOException {
        var answer = json("{\"nodes\":[" + node + "],\"addresses\":[" + WELL + "]}");
        return CheckLine.ofAll(answer).stream().map(CheckLine::text).toList();
    }

    @Test
    void callsNothingCleanWhereANodeNeverToldAnything() throws IOException {
        var clean = "CLEAN: 203.0.113.11 is ACTIVE | score=0";
        assertThat(all("{\"node\":\"zone-b\",\"state\":\"up\",\"asOf\":\"TIME\"}"))
                .containsExactly(clean);
        assertThat(all("{\"node\":\"zone-b\",\"state\":\"unreachable\",\"asOf\":null}"))
                .containsExactly(clean, "UNKNOWN: zone-b does not answer: nothing is known of its addresses");
    }

    @Test
    void endsAsTheGravestAddress() {
        assertThat(CheckLine.exit(List.of("clean", "warning"))).isEqualTo(1);
        assertThat(CheckLine.exit(List.of("unknown", "listed", "warning"))).isEqualTo(2);
        assertThat(CheckLine.exit(List.of("unknown", "clean"))).isEqualTo(3);
        assertThat(CheckLine.exit(List.of())).isEqualTo(3);
    }
}
