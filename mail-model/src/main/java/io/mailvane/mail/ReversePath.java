package io.mailvane.mail;

import java.util.Optional;

/** MAIL FROM: a mailbox, or the null reverse-path {@code <>} of mail that must never be answered by a DSN. */
public sealed interface ReversePath {
    static ReversePath nullPath() {
        return new Null();
    }

    static ReversePath of(Mailbox mailbox) {
        return new Sender(mailbox);
    }

    /** The mailbox a DSN goes to; empty for the null reverse-path. */
    Optional<Mailbox> mailbox();

    /** Without angle brackets: empty for the null reverse-path. */
    default String text() {
        return mailbox().map(Mailbox::toString).orElse("");
    }

    /** {@code <>} (RFC 5321 section 4.5.5). */
    record Null() implements ReversePath {
        @Override
        public Optional<Mailbox> mailbox() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "<>";
        }
    }

    /** A reverse-path that names a mailbox. */
    record Sender(Mailbox sender) implements ReversePath {
        @Override
        public Optional<Mailbox> mailbox() {
            return Optional.of(sender);
        }

        @Override
        public String toString() {
            return "<" + sender + ">";
        }
    }
}
