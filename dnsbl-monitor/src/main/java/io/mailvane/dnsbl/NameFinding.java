package io.mailvane.dnsbl;

import java.util.Locale;

/** What one look at an address's names gave. No answer is a case of its own: it speaks neither for nor against. */
sealed interface NameFinding {
    record Right() implements NameFinding {}

    /** @param reason one sentence, with what is wrong and where it is cured */
    record Wrong(String reason, Weight weight) implements NameFinding {
        /** Such that receivers refuse mail for it. */
        Wrong(String reason) {
            this(reason, Weight.REFUSED);
        }
    }

    /** There is nothing that could be wrong, which is as good: if it is true. */
    record Absent() implements NameFinding {}

    record Unknown() implements NameFinding {}

    /** What receivers make of it. */
    enum Weight {
        /** They take the mail all the same, if nothing else speaks against it. */
        FROWNED_ON,
        REFUSED
    }

    /** What is looked at. */
    sealed interface Kind {
        /** As people read it. */
        String item();
    }

    /** Of the address itself: what is wrong there, is wrong for all its mail. */
    enum Own implements Kind {
        /** The address has a PTR record, to a name that leads back to it and is no provider's own (RFC 1912 section 2.1). */
        PTR,
        /** EHLO says that name (RFC 5321 section 4.1.4). */
        HELO,
        /** If what EHLO says has an SPF record, that lets the address send: mail with a null reverse-path has no other (RFC 7208 section 2.4). */
        SPF;

        @Override
        public String item() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** SPF of a domain in which the operator says that mail is sent. */
    record Sender(String domain) implements Kind {
        @Override
        public String item() {
            return "spf " + domain;
        }
    }
}
