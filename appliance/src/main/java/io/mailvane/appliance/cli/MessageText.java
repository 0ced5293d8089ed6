package io.mailvane.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/** A message as {@code queue list} and {@code queue show} print it. */
final class MessageText {
    private final PrintWriter out;

    MessageText(PrintWriter out) {
        this.out = out;
    }

    /** A line, and one more for each recipient that has something to say. */
    void line(JsonNode message) {
        var recipients = message.path("recipients");
        var more = recipients.size() > 1 ? " and " + (recipients.size() - 1) + " more" : "";
        out.printf(
                "%s  %-11s %8s  %s  %s -> %s%s%n",
                text(message, "qid"),
                text(message, "state"),
                text(message, "size"),
                text(message, "received"),
                text(message, "from"),
                text(recipients.path(0), "address"),
                more);
        recipients.forEach(recipient -> {
            if (!text(recipient, "why").isEmpty()) {
                out.println("    " + text(recipient, "address") + ": " + text(recipient, "state") + ": "
                        + text(recipient, "why"));
            }
        });
    }

    /** All of it, with every attempt. */
    void whole(JsonNode message) {
        out.println("message   " + text(message, "qid") + ", " + text(message, "state"));
        out.println("from      " + text(message, "from"));
        out.println("received  " + text(message, "received") + " from " + text(message, "client"));
        out.println("size      " + text(message, "size") + " octets");
        message.path("recipients").forEach(this::recipient);
    }

    private void recipient(JsonNode recipient) {
        var next = text(recipient, "nextAttempt");
        out.println();
        out.println("to        " + text(recipient, "address") + ", " + text(recipient, "state")
                + (next.isEmpty() ? "" : ", next attempt " + next));
        var attempts = recipient.path("attempts");
        if (attempts.isEmpty()) {
            out.println("  " + (text(recipient, "why").isEmpty() ? "not tried yet" : text(recipient, "why")));
        } else if (!isOf(recipient, attempts.path(attempts.size() - 1))) {
            out.println("  " + text(recipient, "why"));
        }
        recipient.path("attempts").forEach(attempt -> {
            out.println("  " + text(attempt, "at") + " " + text(attempt, "outcome") + " by " + text(attempt, "route")
                    + " (" + text(attempt, "why") + "), " + text(attempt, "relay"));
            out.println("    " + text(attempt, "reply"));
        });
    }

    /** Whether the reason is what came of that attempt. */
    private static boolean isOf(JsonNode recipient, JsonNode attempt) {
        return text(recipient, "why").endsWith(text(attempt, "reply"));
    }

    /** What others said goes to a terminal: nothing of it may move the cursor. */
    private static String text(JsonNode of, String field) {
        return Sentences.printable(of.path(field).asText(""));
    }
}
