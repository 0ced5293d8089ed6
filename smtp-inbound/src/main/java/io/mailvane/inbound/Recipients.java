package io.mailvane.inbound;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which recipients of a relay domain are taken from strangers. */
public sealed interface Recipients {
    /** All that look like a plain mailbox. */
    record Any() implements Recipients {}

    /** Those that the domain's own server takes, asked before DATA. */
    record Ask() implements Recipients {}

    /** These mailboxes, compared without case. */
    record Listed(Set<String> mailboxes) implements Recipients {
        public Listed {
            mailboxes = mailboxes.stream()
                    .map(mailbox -> mailbox.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet());
        }

        boolean has(String mailbox) {
            return mailboxes.contains(mailbox.toLowerCase(Locale.ROOT));
        }
    }
}
