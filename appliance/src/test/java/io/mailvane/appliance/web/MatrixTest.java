package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailvane.appliance.reputation.Matrix;
import io.mailvane.appliance.reputation.NodePart;
import io.mailvane.appliance.reputation.NodeReputation;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lists and cells are drawn by what the judge counts. */
class MatrixTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Instant NOW = SteppedClock.START;

    private static NodeReputation watching(double from) {
        var sample = SampleReputation.full("zone-a", NOW, from);
        return new ReputationDesk(sample, () -> RoutingAnswer.NONE, () -> NOW).answer();
    }

    private static Matrix matrix(NodeReputation told) {
        var part = new NodePart("zone-a", true, Optional.of(NOW), NOW, Optional.of(told), "");
        return Matrix.of(new PairReputation(NOW, List.of(part)), false);
    }

    /** The cells that are listed or were, and the group of their list. */
    private static List<String> drawn(NodeReputation told) {
        var matrix = matrix(told);
        return Stream.of("203.0.113.11 spamhaus-zen", "203.0.113.12 spamcop", "203.0.113.11 uceprotect-3")
                .map(at -> at.split(" "))
                .map(at -> group(matrix, at[1]) + ": "
                        + matrix.row(at[1]).entry(at[0]).look())
                .toList();
    }

    private static String group(Matrix matrix, String list) {
        return matrix.groups().stream()
                .filter(group ->
                        group.rows().stream().anyMatch(row -> row.list().id().equals(list)))
                .map(Matrix.Group::title)
                .findFirst()
                .orElseThrow();
    }

    /** As a node tells it that does not know the field yet. */
    private static NodeReputation older(NodeReputation told) throws IOException {
        var tree = MAPPER.readTree(Json.write(told));
        for (var part : List.of("cells", "lists")) {
            for (var each : tree.path(part)) {
                ((ObjectNode) each).remove("counts");
            }
        }
        return Json.readKnown(MAPPER.writeValueAsBytes(tree), NodeReputation.class);
    }

    @Test
    void whatWeighsLessThanTheOperatorWatchesIsDrawnAsInformational() {
        assertThat(drawn(watching(10)))
                .containsExactly("Blocking: LISTED", "Blocking: CLEARING", "Informational: NOTED");
        assertThat(drawn(watching(41)))
                .containsExactly("Blocking: LISTED", "Informational: NOTED", "Informational: NOTED");
        assertThat(drawn(watching(1)))
                .containsExactly("Blocking: LISTED", "Blocking: CLEARING", "Informational: NOTED");
    }

    /** A peer of an older version does not say what counts: then it is what counts by default. */
    @Test
    void ofAPeerThatDoesNotSayItsWeightDecides() throws IOException {
        assertThat(drawn(older(watching(10)))).isEqualTo(drawn(watching(10)));
    }
}
