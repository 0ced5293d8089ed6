package io.mailvane.scanning;

import io.mailvane.mail.Verdict;

/** What a worker answered to one scan. */
sealed interface WorkerAnswer {
    record Said(Verdict verdict) implements WorkerAnswer {}

    /** It has no room, is not ready or drains: nothing was begun. */
    record NoRoom() implements WorkerAnswer {}

    /** It tried, and its engines have no verdict. */
    record Failed(String reason) implements WorkerAnswer {}

    /** It gave no answer that can be understood, or none in time. */
    record Broken(String reason) implements WorkerAnswer {}
}
