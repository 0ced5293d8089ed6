package io.mailvane.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Answers of the sandbox as people read them. */
final class Sentences {
    private Sentences() {}

    static String words(JsonNode array) {
        var words = new ArrayList<String>();
        array.forEach(word -> words.add(word.asText()));
        return String.join(", ", words);
    }

    /** The whole status, a line for each fact. */
    static String status(JsonNode status) {
        var lines = new ArrayList<String>();
        var addresses = status.path("addresses");
        lines.add("resolver   " + addresses.path("dns").asText() + "  "
                + status.path("resolver").asText());
        status.path("zones").forEach(zone -> zone(zone, lines));
        status.path("receivers").forEach(receiver -> receiver(receiver, addresses, lines));
        return String.join(System.lineSeparator(), lines);
    }

    private static void zone(JsonNode zone, List<String> lines) {
        lines.add("zone       " + zone.path("zone").asText() + "  "
                + zone.path("answer").asText() + ", " + zone.path("questions").asLong() + " questions");
        zone.path("listings")
                .forEach(listing ->
                        lines.add("  listed   " + listing.path("ip").asText() + "  " + words(listing.path("codes"))
                                + "  " + listing.path("reason").asText()));
    }

    private static void receiver(JsonNode receiver, JsonNode addresses, List<String> lines) {
        var name = receiver.path("name").asText();
        lines.add("%-10s %s  %s, %d kept, %d refusals"
                .formatted(
                        name,
                        addresses.path(name).asText(),
                        receiver.path("answer").asText(),
                        receiver.path("kept").asLong(),
                        receiver.path("refusals").asLong()));
        receiver.path("refused")
                .properties()
                .forEach(refused -> lines.add("  refuses  " + refused.getKey() + "  "
                        + refused.getValue().asText()));
        var last = receiver.path("last");
        if (last.isObject()) {
            lines.add("  last     " + last.path("id").asText() + " from "
                    + last.path("client").asText() + " (seen as "
                    + last.path("seenAs").asText() + ") as " + last.path("helo").asText());
        }
    }
}
