package io.mailvane.spf;

/**
 * What SPF says (RFC 7208 section 2.6).
 *
 * @param why one sentence without its full stop, in which words of the record may stand: of those that are not printable ASCII none
 */
public record SpfResult(Kind kind, String why) {
    /** In the RFC's words. */
    public enum Kind {
        NONE,
        NEUTRAL,
        PASS,
        FAIL,
        SOFTFAIL,
        TEMPERROR,
        PERMERROR
    }
}
