package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.storage.GlusterFacts.Brick;
import io.mailvane.storage.Trouble.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlusterJudgeTest {
    private static final Map<String, String> PROFILE = Map.of(
            "network.ping-timeout", "5",
            "client.strict-locks", "on",
            "server.keepalive-time", "4",
            "server.keepalive-interval", "1",
            "server.keepalive-count", "3",
            "server.tcp-user-timeout", "8",
            "cluster.heal-timeout", "30");

    @Test
    void findsNoFaultWithTheProfile() {
        assertThat(GlusterJudge.judge(facts(3, "+++", PROFILE))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "3, +++, ''",
        "3, -++, ''",
        "3, +--, 1 of 3 bricks are no quorum: nothing can be written",
        "3, ---, 0 of 3 bricks are no quorum: nothing can be written",
        "3, +++-+-, 1 of 3 bricks are no quorum: nothing can be written",
        "3, -+++-+, ''",
    })
    void countsAQuorumInEachSetOfBricks(int replicas, String bricks, String quorum) {
        assertThat(textsOf(Kind.NO_QUORUM, facts(replicas, bricks, PROFILE)))
                .isEqualTo(quorum.isEmpty() ? List.of() : List.of(quorum));
    }

    @ParameterizedTest
    @CsvSource({"+-, none, false", "-+, none, false", "--, none, true", "+-, auto, false", "-+, auto, true"})
    void countsTheFirstOfTwoAsTheQuorumIfOneIsAskedFor(String bricks, String type, boolean lost) {
        var facts = facts(2, bricks, with("cluster.quorum-type", type));

        assertThat(textsOf(Kind.NO_QUORUM, facts).size()).isEqualTo(lost ? 1 : 0);
    }

    @Test
    void warnsOfTwoCopies() {
        assertThat(textsOf(Kind.PROFILE, facts(2, "++", PROFILE)))
                .containsExactly("replica 2 is not safe: both sides of a cut write, and their copies differ for ever;"
                        + " use replica 3 arbiter 1 with a brick in a third zone");
        assertThat(textsOf(Kind.PROFILE, facts(2, "++", with("cluster.quorum-type", "auto"))))
                .containsExactly("replica 2 is not safe: without its first brick nothing can be written;"
                        + " use replica 3 arbiter 1 with a brick in a third zone");
    }

    @Test
    void namesEachOptionThatIsNotAsItMustBe() {
        assertThat(textsOf(Kind.PROFILE, facts(3, "+++", Map.of("cluster.quorum-type", "none"))))
                .containsExactly(
                        "cluster.quorum-type is none, not auto:"
                                + " both sides of a cut write, and their copies differ for ever",
                        "network.ping-timeout is not set, not 1 to 10:"
                                + " a zone that falls silent stops every write for up to twice as long",
                        "cluster.heal-timeout is not set, not 1 to 60: copies that differ are found late",
                        "server.tcp-user-timeout is not set, not 1 to 15:"
                                + " locks of a zone that fell silent are kept long",
                        "server.keepalive-time is not set, not 1 to 10:"
                                + " locks of a zone that fell silent are kept long",
                        "server.keepalive-interval is not set, not 1 to 1:"
                                + " locks of a zone that fell silent are kept long",
                        "server.keepalive-count is not set, not 1 to 5:"
                                + " locks of a zone that fell silent are kept long",
                        "client.strict-locks is not set, not on: who lost its locks in a cut writes on");
    }

    @ParameterizedTest
    @CsvSource({"1, true", "10, true", "11, false", "42, false", "0, false", "off, false", "-3, false"})
    void takesAPingTimeoutOfAFewSeconds(String value, boolean right) {
        var texts = textsOf(Kind.PROFILE, facts(3, "+++", with("network.ping-timeout", value)));

        assertThat(texts.isEmpty()).isEqualTo(right);
    }

    @Test
    void tellsOfSplitBrainAndOfAVolumeThatIsNotStarted() {
        var bricks = List.of(new Brick("a", true, 7, 2), new Brick("b", true, 6, 2), new Brick("c", true, 7, 2));

        assertThat(GlusterJudge.judge(new GlusterFacts("queue", false, 3, bricks, PROFILE)))
                .containsExactly(
                        Trouble.of(Kind.COPIES_UNKNOWN, "volume queue is not started"),
                        Trouble.of(
                                Kind.SPLIT_BRAIN,
                                "2 files are in split-brain: nobody can read or write them until you choose a copy"),
                        Trouble.of(Kind.HEALING, "7 files and folders have copies that differ yet"));
    }

    private static List<String> textsOf(Kind kind, GlusterFacts facts) {
        return GlusterJudge.judge(facts).stream()
                .filter(trouble -> trouble.kind() == kind)
                .map(Trouble::text)
                .toList();
    }

    private static Map<String, String> with(String option, String value) {
        var options = new HashMap<>(PROFILE);
        options.put(option, value);
        return options;
    }

    /** @param bricks a plus for each that answers */
    private static GlusterFacts facts(int replicas, String bricks, Map<String, String> options) {
        var all = IntStream.range(0, bricks.length())
                .mapToObj(i -> new Brick("brick" + i, bricks.charAt(i) == '+', 0, 0))
                .toList();
        return new GlusterFacts("queue", true, replicas, all, options);
    }
}
