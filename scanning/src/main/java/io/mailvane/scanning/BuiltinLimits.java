package io.mailvane.scanning;

/**
 * How far the built-in engine looks into one message. What goes beyond a limit is quarantined, for nobody has seen all of it.
 *
 * @param mimeDepth multiparts and messages within one another
 * @param mimeParts bodies of parts in all
 * @param archiveDepth archives within one another
 * @param archiveEntries entries of all archives together
 * @param inflated octets that all archives together give
 * @param ratio octets that archives may give for each octet of the content; not asked of the first MiB
 */
public record BuiltinLimits(
        int mimeDepth, int mimeParts, int archiveDepth, int archiveEntries, long inflated, int ratio) {
    /** Enough for what people send: documents are archives too. */
    public static final BuiltinLimits DEFAULT = new BuiltinLimits(32, 4096, 5, 16_384, 512L << 20, 250);

    public BuiltinLimits {
        if (mimeDepth < 1 || mimeParts < 1 || archiveDepth < 1 || archiveEntries < 1 || inflated < 1 || ratio < 1) {
            throw new IllegalArgumentException("each limit is at least 1");
        }
    }
}
