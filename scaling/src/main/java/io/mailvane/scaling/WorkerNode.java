package io.mailvane.scaling;

import io.mailvane.mail.WorkerState;
import java.net.URI;
import java.util.Optional;

/**
 * A worker as its driver sees it.
 *
 * @param state {@link WorkerState#READY} once it said where it serves, though its engines may sleep still; {@link WorkerState#GONE} from its end until it is stopped
 * @param pid of its process, where it is one of this machine
 * @param url where it serves; present if it is ready
 * @param reason why it is not ready; empty if it is
 */
public record WorkerNode(String id, WorkerState state, Optional<Long> pid, Optional<URI> url, String reason) {
    public WorkerNode {
        if (state == WorkerState.READY && url.isEmpty()) {
            throw new IllegalArgumentException("a ready worker serves somewhere");
        }
    }
}
