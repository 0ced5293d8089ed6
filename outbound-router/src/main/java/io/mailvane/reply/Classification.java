package io.mailvane.reply;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a reply means.
 *
 * @param pattern id of the row that said so; "phase" or "code" where none did
 * @param citedList the blacklist it names: an id of the catalogue, or a zone
 * @param quoted addresses that it quotes
 */
public record Classification(
        ReplyClass replyClass,
        Confidence confidence,
        String pattern,
        Extent extent,
        Optional<String> citedList,
        List<InetAddress> quoted) {
    private static final int V4_NETWORK = 3;

    public Classification {
        quoted = List.copyOf(quoted);
    }

    /** How much of ours a reply speaks of. */
    public enum Extent {
        /** The address it came from. */
        ADDRESS,
        /** The network around it. */
        NETBLOCK,
        /** The address, at one recipient's domain alone. */
        RECIPIENT_DOMAIN
    }

    /**
     * Whether it can be held against {@code source}: it quotes no address, or that one, or, of a network, a neighbour. A reply that
     * quotes a stranger's speaks of another hop, or our traffic leaves by another address than we believe.
     */
    public boolean concerns(InetAddress source) {
        return quoted.isEmpty()
                || quoted.contains(source)
                || (extent == Extent.NETBLOCK && quoted.stream().anyMatch(each -> areNeighbours(each, source)));
    }

    /** Whether two addresses share a /24, or a /64 of IPv6. */
    public static boolean areNeighbours(InetAddress one, InetAddress other) {
        var a = one.getAddress();
        var b = other.getAddress();
        int network = a.length == 4 ? V4_NETWORK : a.length / 2;
        return a.length == b.length && Arrays.equals(a, 0, network, b, 0, network);
    }
}
