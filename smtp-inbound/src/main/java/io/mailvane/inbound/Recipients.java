package io.mailvane.inbound;

import io.mailvane.mail.Mailbox;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Which recipients of a relay domain are taken from strangers. */
public sealed interface Recipients {
    /** All that look like a plain mailbox. */
    record Any() implements Recipients {}

    /** Those that the domain's own server takes, asked before DATA. */
    record Ask() implements Recipients {}

    /**
     * These mailboxes.
     *
     * @param mailboxes by {@link Mailbox#key}, as which they are compared
     */
    record Listed(Set<String> mailboxes) implements Recipients {
        public Listed {
            mailboxes = Set.copyOf(mailboxes);
        }

        public static Listed of(Collection<Mailbox> mailboxes) {
            return new Listed(mailboxes.stream().map(Mailbox::key).collect(Collectors.toUnmodifiableSet()));
        }

        boolean has(Mailbox mailbox) {
            return mailboxes.contains(mailbox.key());
        }
    }
}
