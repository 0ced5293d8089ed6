package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.mailvane.appliance.reputation.Matrix;
import io.mailvane.appliance.reputation.NodePart;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.appliance.reputation.ReputationAnswer;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer says is refused as a whole, or can be shown: nothing that it leaves out or mistakes breaks a page of ours. */
class PeerSnapshotTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);

    private static JsonNode whole() throws IOException {
        return MAPPER.readTree(Json.write(SampleSnapshot.of("zone-b")));
    }

    /** Of each kind of value one: those of the second address are of the same kind as those of the first. */
    private static Set<JsonPointer> places(JsonNode root) {
        var places = new LinkedHashSet<JsonPointer>();
        var kinds = new LinkedHashSet<String>();
        collect(root, JsonPointer.empty(), places, kinds);
        return places;
    }

    private static void collect(JsonNode node, JsonPointer at, Set<JsonPointer> places, Set<String> kinds) {
        if (!at.matches() && kinds.add(at.toString().replaceAll("/\\d+", "/#") + node.getNodeType())) {
            places.add(at);
        }
        if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(each -> collect(each.getValue(), at.appendProperty(each.getKey()), places, kinds));
        }
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                collect(array.get(i), at.appendIndex(i), places, kinds);
            }
        }
    }

    private static void put(JsonNode root, JsonPointer place, JsonNode value) {
        var last = place.last();
        switch (root.at(place.head())) {
            case ObjectNode object -> object.set(last.getMatchingProperty(), value);
            case ArrayNode array -> array.set(last.getMatchingIndex(), value);
            default -> throw new IllegalArgumentException("nothing holds " + place);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "-7", "\"x\"", "[null]", "{}", "\"+999999999-12-31T23:59:59Z\""})
    void isRefusedOrShownWhateverStandsInAPlaceOfIt(String value) throws IOException {
        var wrong = MAPPER.readTree(value);
        for (var place : places(whole())) {
            var root = whole();
            put(root, place, wrong);
            assertRefusedOrShown(root, place + " = " + value);
        }
    }

    @Test
    void isShownAsItIs() throws IOException {
        assertThat(places(whole())).hasSizeGreaterThan(100);
        assertThat(shown(whole())).contains("203.0.113.11 listed on Spamhaus CSS");
    }

    /** What it says of how an address stands is taken for what it was before there was a word for that. */
    @Test
    void ofAnOlderVersionThatDoesNotSayWhetherItKnowsItsCheckTells() throws IOException {
        assertThat(known(whole())).containsExactly("listed true", "listed true", "clean true");
        var older = whole();
        var first = (ObjectNode) older.at("/reputation/sources/0");
        first.put("check", "unknown");
        older.at("/reputation/sources").forEach(address -> ((ObjectNode) address).remove("known"));
        assertThat(known(older)).containsExactly("unknown false", "listed true", "clean true");
        assertThat(shown(older)).contains("card-active");
    }

    /** While the pair is brought to another version one node is before the other. */
    @Test
    void ofALaterVersionThatTellsOfMoreKindsOfEvents() throws IOException {
        var later = whole();
        ((ObjectNode) later.at("/reputation/recent/0")).put("kind", "weather");
        assertThat(shown(later)).contains("card-active");
    }

    private static List<String> known(JsonNode root) throws IOException {
        return Json.readKnown(MAPPER.writeValueAsBytes(root), Snapshot.class)
                .reputation()
                .orElseThrow()
                .sources()
                .stream()
                .map(address ->
                        address.saying().check() + " " + address.saying().known())
                .toList();
    }

    private void assertRefusedOrShown(JsonNode root, String what) throws IOException {
        try {
            assertThat(shown(root)).as(what).contains("</html>");
        } catch (JsonProcessingException e) {
            assertThat(e).as(what).isNotNull();
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    private String shown(JsonNode root) throws IOException {
        var snapshot = Json.readKnown(MAPPER.writeValueAsBytes(root), Snapshot.class);
        snapshot.peerStrikes();
        var now = SteppedClock.START;
        var pair = new PairReputation(
                now,
                List.of(new NodePart("zone-b", true, Optional.of(now), now, snapshot.reputation(), "http://peer")));
        pair.tag();
        pair.sight();
        Json.write(ReputationAnswer.of(pair));
        var page = new ReputationPage(
                new PageHead("Reputation", "zone-a", "a", "accepting", now),
                pair,
                Matrix.of(pair, false),
                false,
                pair.cellTimelines(ReputationPage.TIMELINES),
                ReputationPage.Newest.of(pair.recent()),
                ReputationPage.Newest.of(pair.replies()),
                new ReputationPage.Explained(RouteQuestion.of(null, null, null), "", Optional.empty()));
        var html = new StringOutput();
        templates.render("reputation.jte", page, html);
        return html.toString();
    }
}
