package io.mailvane.sandbox;

/** What a receiver does about an attempt. */
sealed interface Verdict {
    record Go() implements Verdict {}

    record Refuse(Refusal refusal) implements Verdict {}

    /** Says nothing, and waits for the client to lose patience. */
    record Mute() implements Verdict {}

    /** Closes the connection without a word. */
    record HangUp() implements Verdict {}
}
