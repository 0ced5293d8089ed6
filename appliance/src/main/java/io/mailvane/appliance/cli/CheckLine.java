package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An address as a monitoring program wants it.
 *
 * @param word clean, warning, listed or unknown
 * @param text one line
 */
record CheckLine(String word, String text) {
    /** Gravest last: what is listed outweighs what is not known. */
    private static final Map<String, Integer> GRAVITY = Map.of("clean", 0, "warning", 1, "unknown", 2, "listed", 3);

    /** The last answer counts under these. */
    private static final Set<String> TELLING = Set.of("none", "muted");

    /** @param answer of {@code /api/v1/reputation}, whole */
    static CheckLine of(JsonNode answer, JsonNode address) {
        var word = address.path("check").asText();
        var text = word.toUpperCase(Locale.ROOT) + ": " + printable(address.path("public")) + " is "
                + printable(address.path("state")) + reason(word, answer, address) + " | score="
                + address.path("score").asInt();
        return new CheckLine(word, text);
    }

    /**
     * Of all addresses but those that are retired: they are not all clean where a node never told which it has.
     *
     * @param answer of {@code /api/v1/reputation}, whole
     */
    static List<CheckLine> ofAll(JsonNode answer) {
        var lines = new ArrayList<CheckLine>();
        answer.path("addresses").forEach(address -> {
            if (!isRetired(address)) {
                lines.add(of(answer, address));
            }
        });
        answer.path("nodes").forEach(node -> {
            if (!node.path("state").asText().equals("up") && !node.hasNonNull("asOf")) {
                lines.add(new CheckLine(
                        "unknown",
                        "UNKNOWN: " + printable(node.path("node"))
                                + " does not answer: nothing is known of its addresses"));
            }
        });
        return lines;
    }

    /** Whether no list is asked about it any more, for good. */
    static boolean isRetired(JsonNode address) {
        return address.path("state").asText().equals("RETIRED");
    }

    /** Whether the node that told of it does not answer now. */
    static boolean isGone(JsonNode answer, JsonNode name) {
        for (var node : answer.path("nodes")) {
            if (node.path("node").equals(name) && !node.path("state").asText().equals("up")) {
                return true;
            }
        }
        return false;
    }

    private static String reason(String word, JsonNode answer, JsonNode address) {
        if (word.equals("clean")) {
            return "";
        }
        var names = new ArrayList<String>();
        address.path("listedOn").forEach(list -> names.add(printable(list)));
        var listed = names.isEmpty() ? "" : ", listed on " + String.join(", ", names);
        if (isGone(answer, address.path("node"))) {
            return listed + ", as last known: " + printable(address.path("node")) + " does not answer";
        }
        if (!listed.isEmpty()) {
            return listed;
        }
        return ": " + printable(address.path("why")) + silent(answer, address);
    }

    private static String silent(JsonNode answer, JsonNode address) {
        var lists = new ArrayList<String>();
        answer.path("cells").forEach(cell -> {
            boolean tells = TELLING.contains(cell.path("overlay").asText());
            if (cell.path("ip").equals(address.path("public")) && !tells) {
                lists.add(printable(cell.path("list")));
            }
        });
        return lists.isEmpty() ? "" : "; no answer that counts from " + String.join(", ", lists);
    }

    /** @param words of all addresses; empty: there are none, and nothing is known */
    static int exit(List<String> words) {
        var gravest = words.stream()
                .max(Comparator.comparingInt(word -> GRAVITY.getOrDefault(word, 2)))
                .orElse("unknown");
        return switch (gravest) {
            case "clean" -> ExitStatus.DONE;
            case "warning" -> ExitStatus.MONITOR_WARNING;
            case "listed" -> ExitStatus.MONITOR_CRITICAL;
            default -> ExitStatus.MONITOR_UNKNOWN;
        };
    }

    private static String printable(JsonNode text) {
        return Sentences.printable(text.asText());
    }
}
