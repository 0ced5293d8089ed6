package io.mailvane.dnsbl;

/** What one answer of a DNSBL means. */
public enum AnswerClass {
    POSITIVE,
    NEGATIVE,
    /** White or informational: not a listing. */
    NEUTRAL,
    /** In 127.0.0.0/8, and nobody told us what it means: shown, without weight. */
    UNMAPPED,
    /** The list does not serve us: neither listed nor clean. */
    REFUSED,
    /** No answer, or none that could be used: neither listed nor clean. */
    UNKNOWN,
    /** What no working list says: the zone is parked, or the resolver rewrites answers. */
    LIST_BROKEN
}
