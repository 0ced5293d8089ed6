package io.mailvane.scaling;

import io.mailvane.mail.WorkerState;
import java.net.URI;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What spreads scans over the workers, as a scaler moves it. None of these may block.
 *
 * @param add a worker that serves there gets scans from now on
 * @param retire a worker gets no more; those that it has go on
 * @param remove a worker is gone, or must go: what it still has runs again elsewhere; nothing if it is not there
 * @param seen how the workers are that were added and not removed
 */
public record Pool(
        BiConsumer<String, URI> add,
        Consumer<String> retire,
        Consumer<String> remove,
        Supplier<Map<String, Seen>> seen) {
    /**
     * @param state {@link WorkerState#GONE} while it does not answer
     * @param inFlight scans that it has
     * @param reason why it gets no scans; empty if it does
     */
    public record Seen(WorkerState state, int inFlight, String reason) {
        static final Seen NOTHING = new Seen(WorkerState.STARTING, 0, "it was not yet asked");
    }
}
