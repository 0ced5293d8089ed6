package io.mailvane.route;

/**
 * Weighted rendezvous hashing: each key ranks all routes by itself, so that a route which comes or goes moves its own keys alone.
 *
 * <p>Source: Mosko, Schindelhauer, Schomaker: weighted distributed hash tables, the logarithmic method.
 */
public final class Rendezvous {
    private static final double TWO_TO_53 = 0x1p53;

    private Rendezvous() {}

    static long key(String senderDomain, String provider) {
        return mixed(((long) senderDomain.hashCode() << 32) ^ (provider.hashCode() & 0xffff_ffffL));
    }

    /** The greatest of a key's scores wins; a weight of zero never does. */
    static double score(long key, String route, double weight) {
        return -weight / Math.log(uniform(key, route));
    }

    /** Between 0 and 1, and always the same for the two. */
    public static double fraction(long id, String route) {
        return uniform(mixed(id), route);
    }

    private static double uniform(long key, String route) {
        long hash = mixed(key ^ mixed(route.hashCode()));
        return ((hash >>> 11) + 0.5) / TWO_TO_53;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators). */
    private static long mixed(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
