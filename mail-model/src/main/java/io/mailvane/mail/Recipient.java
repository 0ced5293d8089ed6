package io.mailvane.mail;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * One accepted forward-path with its DSN parameters.
 *
 * @param notifyOn when the sender wants a DSN (RFC 3461 section 4.1); empty: nothing was said, which means on failure; never
 *     {@link Notify#NEVER} together with another
 * @param originalRecipient ORCPT decoded, {@code rfc822;joe@example.org}
 */
public record Recipient(Mailbox mailbox, Set<Notify> notifyOn, Optional<String> originalRecipient) {
    public Recipient {
        notifyOn = Set.copyOf(notifyOn);
        if (notifyOn.contains(Notify.NEVER) && notifyOn.size() > 1) {
            throw new IllegalArgumentException("NOTIFY=NEVER stands alone");
        }
    }

    public static Recipient of(Mailbox mailbox) {
        return new Recipient(mailbox, EnumSet.noneOf(Notify.class), Optional.empty());
    }

    /** Whether a DSN is owed when this recipient fails. */
    public boolean notifyOnFailure() {
        return notifyOn.isEmpty() || notifyOn.contains(Notify.FAILURE);
    }

    /** Values of NOTIFY (RFC 3461 section 4.1). */
    public enum Notify {
        NEVER,
        SUCCESS,
        FAILURE,
        DELAY
    }
}
