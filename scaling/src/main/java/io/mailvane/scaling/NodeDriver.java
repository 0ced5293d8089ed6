package io.mailvane.scaling;

import java.util.List;

/**
 * Starts and stops the processes or machines that workers are. A driver belongs to one owner and neither shows nor touches
 * the workers of another; it shows what really runs, also what a former life of the owner left behind. Every call may be
 * repeated. One thread at a time.
 */
public interface NodeDriver {
    /** What ids are made of. */
    String ID = "[a-z0-9-]{1,32}";

    /**
     * Has a worker started; it is listed when this returns, and ready some time later. Nothing happens if one of that id is
     * listed.
     *
     * @throws DriverException if it cannot be begun; it is not listed then
     */
    void start(String id) throws DriverException;

    /**
     * What runs, and what ended by itself and was not yet stopped, in the order of their starts. Workers of a former life are
     * listed as draining or gone, or as ready if this owner can go on with them.
     */
    List<WorkerNode> list() throws DriverException;

    /** Tells it to take no scans and to end when it has none. Nothing happens if it is not listed, or has ended. */
    void drain(String id) throws DriverException;

    /**
     * Ends it at once, and forgets it: it is no longer listed when this returns. Nothing happens if it is not listed.
     *
     * @throws DriverException if it runs on; it stays listed
     */
    void stop(String id) throws DriverException;
}
