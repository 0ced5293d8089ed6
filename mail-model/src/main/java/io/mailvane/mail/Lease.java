package io.mailvane.mail;

/**
 * The right to say 250 for a partition and to begin deliveries from it, until a moment of this process's own monotonic clock.
 *
 * @param partition its directory's name on the volume
 * @param epoch grows with each owner; nobody else ever has the same
 * @param deadlineNanos of {@link System#nanoTime}, so that neither a changed wall clock nor a process that was frozen prolongs it
 */
public record Lease(String partition, long epoch, long deadlineNanos) {
    public Lease {
        if (epoch < 1) {
            throw new IllegalArgumentException("epochs begin with 1");
        }
    }

    /** @param nowNanos read after whatever it is asked for was done, and before that is told to anybody */
    public boolean holdsAt(long nowNanos) {
        return nowNanos - deadlineNanos < 0;
    }
}
