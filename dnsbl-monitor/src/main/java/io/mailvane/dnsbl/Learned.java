package io.mailvane.dnsbl;

import io.mailvane.mail.ProviderId;
import java.util.Objects;

/** What a receiver did last that shows how much it goes by a list. A value; {@link LearningRules} say what it means. */
sealed interface Learned {
    /** When. */
    Moment at();

    /**
     * A reply of the receiver's cited the list while that named the address.
     *
     * @param reply a stranger's text: without control characters, bounded, to be escaped by whoever shows it
     */
    record Cited(Moment at, String reply) implements Learned {
        public Cited {
            reply = Text.clean(reply, HistoryEvent.MAX_CAUSE);
        }
    }

    /**
     * The receiver took much mail from addresses that the list named.
     *
     * @param halvings of the shipped affinity; 0: it only took back what a citation had raised
     * @param messages of the last count
     */
    record Took(Moment at, int halvings, long messages) implements Learned {
        public Took {
            if (halvings < 0 || messages < 0) {
                throw new IllegalArgumentException("counts are not negative");
            }
        }
    }

    /** Of which list and receiver it is said. */
    record About(String list, ProviderId provider) {
        public About {
            Objects.requireNonNull(list, "list");
        }
    }
}
