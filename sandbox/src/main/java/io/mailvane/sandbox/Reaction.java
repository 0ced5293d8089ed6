package io.mailvane.sandbox;

import java.time.Duration;

/** What a name server does with a question. */
sealed interface Reaction {
    /**
     * @param wire the answer, as long as the carrier takes it
     * @param delay how long it is held back
     */
    record Send(byte[] wire, Duration delay) implements Reaction {}

    record Silence() implements Reaction {}

    /** Silence, and the end of the connection where there is one. */
    record HangUp() implements Reaction {}
}
