package io.mailvane.appliance.web;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.queue.MessageDetail;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueFilter;
import io.mailvane.queue.QueueUnavailableException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does one action to many messages, a page at a time; a page's messages at once, so that they share their forces. Any
 * number of threads.
 */
final class QueueActions {
    private static final int PAGE = 256;
    private static final String AWAITS_SCAN =
            "mail that is to-scan cannot be held: it cannot leave before its verdict, and can be held then";
    private static final String DAMAGED =
            "mail that lost a part of its content cannot be released: what is left of it, \"queue salvage\" writes to a file";

    private final MessageQueue queue;

    QueueActions(MessageQueue queue) {
        this.queue = queue;
    }

    /** How a message that was meant is treated. */
    private enum Mode {
        COUNT,
        CHANGE
    }

    /** @throws jakarta.ws.rs.WebApplicationException 409 if all that was meant cannot be held or released; 503 if nothing can be written */
    ActionAnswer apply(MessageQueue.Action action, ActionRequest request) throws IOException {
        var mode = request.dryRun() ? Mode.COUNT : Mode.CHANGE;
        var done = request.filter().isPresent()
                ? toMatching(action, request.filter().get().toFilter(), mode)
                : toNamed(action, request.qids().orElse(List.of()), mode);
        if (done.isAllRefused()) {
            throw Problem.of(Response.Status.CONFLICT, action == MessageQueue.Action.RELEASE ? DAMAGED : AWAITS_SCAN)
                    .with(done.problems())
                    .exception();
        }
        return done;
    }

    private ActionAnswer toNamed(MessageQueue.Action action, List<String> qids, Mode mode) throws IOException {
        var present = new LinkedHashSet<QueueId>();
        var unknown = new LinkedHashSet<String>();
        for (String qid : qids) {
            var id = QueueIdText.parse(qid);
            if (id.isPresent() && queue.show(id.get()).isPresent()) {
                present.add(id.get());
            } else {
                unknown.add(qid);
            }
        }
        var ids = List.copyOf(present);
        var sum = ActionAnswer.unknown(unknown);
        for (int from = 0; from < ids.size(); from += PAGE) {
            sum = sum.plus(toPage(action, ids.subList(from, Math.min(ids.size(), from + PAGE)), mode));
        }
        return sum;
    }

    /** Mail that comes in meanwhile is not meant, and would never end. */
    private ActionAnswer toMatching(MessageQueue.Action action, QueueFilter filter, Mode mode) throws IOException {
        var known = queue.known();
        // Mail must not pass unscanned because somebody released what was held: that has to be said.
        boolean alsoToScan =
                action != MessageQueue.Action.RELEASE || filter.state().isPresent();
        var sum = ActionAnswer.NOTHING;
        Optional<QueueId> after = Optional.empty();
        while (true) {
            var page = known.list(filter, after, PAGE);
            if (page.isEmpty()) {
                return sum;
            }
            var meant = page.stream()
                    .filter(message -> alsoToScan || message.state() != MessageState.TO_SCAN)
                    .map(MessageDetail::id)
                    .toList();
            sum = sum.plus(toPage(action, meant, mode).withoutProblems());
            after = Optional.of(page.getLast().id());
        }
    }

    private ActionAnswer toPage(MessageQueue.Action action, List<QueueId> ids, Mode mode) {
        return switch (mode) {
            case COUNT -> new ActionAnswer(ids.size(), 0, 0, List.of());
            case CHANGE -> change(action, ids);
        };
    }

    private ActionAnswer change(MessageQueue.Action action, List<QueueId> ids) {
        var running = new ArrayList<Future<ActionAnswer>>(ids.size());
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            ids.forEach(id -> running.add(each.submit(() -> answer(id, queue.apply(id, action)))));
        }
        return running.stream().map(QueueActions::outcome).reduce(ActionAnswer.NOTHING, ActionAnswer::plus);
    }

    private ActionAnswer answer(QueueId id, MessageQueue.Effect effect) throws IOException {
        return switch (effect) {
            case CHANGED -> new ActionAnswer(1, 1, 0, List.of());
            case NONE -> new ActionAnswer(1, 0, 0, List.of());
            case AWAITS_SCAN -> new ActionAnswer(1, 0, 1, List.of(id + " is not held: it is to-scan"));
            case DAMAGED ->
                new ActionAnswer(
                        1,
                        0,
                        1,
                        List.of(id + " is not released: " + queue.damage(id).orElse("its content is damaged")));
        };
    }

    /** All have ended by now. */
    private static ActionAnswer outcome(Future<ActionAnswer> ended) {
        try {
            return ended.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof QueueUnavailableException) {
                throw unavailable();
            }
            throw new IllegalStateException("an action failed", e.getCause());
        }
    }

    private static RuntimeException unavailable() {
        return Problem.of(
                        Response.Status.SERVICE_UNAVAILABLE,
                        "the queue cannot write just now; what was changed before stays changed")
                .exception();
    }
}
