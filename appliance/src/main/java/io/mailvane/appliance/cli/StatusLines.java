package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** What {@code dnsbl status} says of an address, and of it on a list, and {@code node status} of a partition that was taken over. */
final class StatusLines {
    private StatusLines() {}

    /** @param answer of {@code /api/v1/reputation}, whole */
    static String of(JsonNode address, JsonNode answer) {
        return "%-16s %-12s score %s, %s on %s since %s: %s%s"
                .formatted(
                        printable(address, "public"),
                        printable(address, "state"),
                        address.path("score").asInt(),
                        printable(address, "source"),
                        printable(address, "node"),
                        seconds(printable(address, "since")),
                        address.path("admission").isEmpty() ? printable(address, "why") : "not admitted yet",
                        address.path("known").asBoolean() ? "" : notKnown(address, answer));
    }

    /** Where no answer ever counted there is no last known state. */
    private static String notKnown(JsonNode address, JsonNode answer) {
        if (CheckLine.isGone(answer, address.path("node"))) {
            return "; " + printable(address, "node") + " does not answer: this is the last known";
        }
        for (var cell : answer.path("cells")) {
            if (cell.path("ip").equals(address.path("public")) && cell.hasNonNull("lastVerified")) {
                return "; lists do not tell: this is the last known";
            }
        }
        return "; nothing is known yet";
    }

    static boolean isNoteworthy(JsonNode cell) {
        return !cell.path("state").asText().equals("CLEAN")
                || !cell.path("overlay").asText().equals("none");
    }

    static String of(JsonNode cell) {
        return "  %-22s %s%s".formatted(printable(cell, "list"), state(cell), meaning(cell));
    }

    /** How much a receiver goes by a list, where it has shown that. */
    static String ofReceiver(JsonNode receiver) {
        var learned = receiver.path("learned");
        var shown = learned.path("by").asText().equals("cited")
                ? "cited it: " + printable(learned, "reply")
                : "took " + Sentences.count(learned.path("messages").asLong(), "message") + " from what is listed";
        return "  %-22s affinity %s, shipped %s, since %s until %s: %s"
                .formatted(
                        printable(receiver, "provider"),
                        receiver.path("factor").asDouble(),
                        receiver.path("shipped").asDouble(),
                        seconds(printable(learned, "at")),
                        seconds(printable(learned, "until")),
                        shown);
    }

    /** One thing that an address is looked at for before its first mail. */
    static String ofAdmission(JsonNode item) {
        var cure = item.hasNonNull("cure") ? ": " + printable(item, "cure") : "";
        return "  %-22s %s%s".formatted(printable(item, "item"), printable(item, "state"), cure);
    }

    private static String state(JsonNode cell) {
        var overlay = printable(cell, "overlay");
        var state = printable(cell, "state");
        if (overlay.equals("none")) {
            return state;
        }
        return state.equals("NONE") ? overlay : overlay + ", last known " + state;
    }

    private static String meaning(JsonNode cell) {
        return cell.path("meaning").asText().isEmpty() ? "" : ": " + printable(cell, "meaning");
    }

    /** A time without what is less than a second. */
    static String seconds(String time) {
        return time.replaceFirst("\\.\\d+Z$", "Z");
    }

    private static String printable(JsonNode node, String field) {
        return Sentences.printable(node.path(field).asText());
    }

    /** A takeover of which nothing is left. */
    static String finished(JsonNode past) {
        var how = past.path("how");
        var last = how.path("messages").asLong() == 0 ? ", finished at " : ", the last one left at ";
        return "took over " + past.path("partition").asText() + ", epoch "
                + past.path("epoch").asText() + ", from "
                + how.path("from").asText() + " at "
                + how.path("at").asText() + ": " + counts(how) + last
                + past.path("finished").asText();
    }

    static String counts(JsonNode adopted) {
        return Sentences.count(adopted.path("messages").asLong(), "message") + ", "
                + adopted.path("inDoubt").asText() + " in doubt";
    }
}
