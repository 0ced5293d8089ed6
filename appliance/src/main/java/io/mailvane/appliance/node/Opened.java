package io.mailvane.appliance.node;

import io.mailvane.mail.LogLine;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node has open, closed in the other order; one that cannot be closed does not keep the others from it. */
final class Opened {
    private static final Logger LOG = LoggerFactory.getLogger(Opened.class);

    private final Deque<Part> parts = new ArrayDeque<>();

    private record Part(String name, AutoCloseable closeable) {}

    <T extends AutoCloseable> T add(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    @SuppressWarnings("IllegalCatch")
    void closeAll() {
        while (!parts.isEmpty()) {
            var part = parts.pop();
            try {
                part.closeable().close();
            } catch (Exception e) {
                LOG.error(
                        "{}", LogLine.event("alarm").field("what", "not-closed").field("part", part.name()), e);
            }
        }
    }
}
