package io.mailvane.outbound;

/**
 * One way out: the seam between delivery and the world. smtp, maildir and discard stand behind it, and plug-ins.
 *
 * <p>Threads: {@link #open} is called by several at once; a session is used by one thread.
 */
public interface Transport extends AutoCloseable {
    /** Begins a session, without doing anything yet: what must be connected is connected by its first delivery. */
    Session open();

    /** Releases what all sessions share. No session is open any more. */
    @Override
    void close();

    /** Deliveries one after the other, over one connection where there is such a thing. */
    interface Session extends AutoCloseable {
        /**
         * Delivers, and says for each recipient what became of it. What the world does (refusals, broken connections,
         * full disks) is an outcome, never an exception; an exception is a fault of ours, and the recipients are deferred.
         *
         * <p>Returns by the delivery's deadline, or soon after.
         */
        DeliveryReport deliver(Delivery delivery);

        /** Ends the session; a delivery that runs in another thread fails soon. */
        @Override
        void close();
    }
}
