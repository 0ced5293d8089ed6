package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Messages of which a queue knew at a moment: what came in since, or was written by it, is not among them, so that who goes through all of
 * them comes to an end. Any number of threads.
 */
public final class KnownMessages {
    private final QueueSearch search;
    private final Predicate<QueueId> known;

    KnownMessages(QueueSearch search, Predicate<QueueId> known) {
        this.search = search;
        this.known = known;
    }

    /** As {@link MessageQueue#list}. */
    public List<MessageDetail> list(QueueFilter filter, Optional<QueueId> after, int limit) throws IOException {
        return search.list(filter, known, after, limit);
    }
}
