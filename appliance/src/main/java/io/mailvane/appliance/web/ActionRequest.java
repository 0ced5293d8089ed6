package io.mailvane.appliance.web;

import io.mailvane.queue.QueueFilter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The body of {@code POST /api/v1/queue/{verb}}: messages by id, or by a filter. An empty filter means all, and must be
 * said; an empty text in a filter does not.
 */
record ActionRequest(Optional<List<String>> qids, Optional<Matching> filter, boolean dryRun) {
    /** As the parameters of {@code /api/v1/queue}. */
    record Matching(
            Optional<String> sender, Optional<String> recipient, Optional<String> domain, Optional<String> state) {
        QueueFilter toFilter() {
            return new QueueFilter(
                    text("sender", sender).map(QueueQuery::sender),
                    text("recipient", recipient).map(QueueQuery::recipient),
                    text("domain", domain).map(QueueQuery::domain),
                    text("state", state).map(QueueQuery::state));
        }

        private static Optional<String> text(String name, Optional<String> value) {
            var text = value.map(String::strip);
            if (text.filter(String::isEmpty).isPresent()) {
                throw Problem.badRequest(QueueQuery.emptyFilter(name));
            }
            return text;
        }
    }

    /** @throws jakarta.ws.rs.WebApplicationException 400 */
    static ActionRequest read(byte[] body) {
        try {
            var request = Json.read(body, ActionRequest.class);
            if (request.qids().isPresent() == request.filter().isPresent()) {
                throw Problem.badRequest("the body names either qids or filter; {\"filter\":{}} means all");
            }
            request.qids().orElse(List.of()).forEach(ActionRequest::requireId);
            return request;
        } catch (IOException e) {
            throw Problem.badRequest(
                    "the body is not {\"qids\":[...]} or {\"filter\":{...}}, with or without \"dryRun\"");
        }
    }

    private static void requireId(String qid) {
        if (qid == null || !QueueIdText.isPlausible(qid)) {
            throw Problem.badRequest("qids holds what is no queue id");
        }
    }
}
