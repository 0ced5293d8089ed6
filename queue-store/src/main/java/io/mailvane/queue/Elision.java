package io.mailvane.queue;

/**
 * A range of the content as it came that is never sent: a field forged in our name.
 *
 * @param offset octets from the begin of the content
 * @param length octets, at least one
 */
public record Elision(long offset, long length) {
    public Elision {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("not a range: " + offset + "+" + length);
        }
    }
}
