package io.mailvane.route;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ways out that the configuration names.
 *
 * @param sources none: mail leaves from the host's own choice of address, by a route of the name {@value #HOST}
 * @param smarthosts in any order of the list
 */
public record Setup(RoutingSettings settings, List<OwnAddress> sources, List<Smarthost> smarthosts) {
    public static final String HOST = "direct";

    public Setup {
        sources = List.copyOf(sources);
        smarthosts = smarthosts.stream()
                .sorted(Comparator.comparingInt(Smarthost::order).thenComparing(Smarthost::name))
                .toList();
        var names = new HashSet<String>();
        Stream.concat(
                        sources.stream().map(OwnAddress::name),
                        smarthosts.stream().map(Smarthost::name))
                .forEach(name -> {
                    if (!names.add(name)) {
                        throw new IllegalArgumentException("two ways out are named " + name);
                    }
                });
    }

    /**
     * @param publicAddress as the world sees it
     * @param capacity its weight among sources, more than 0
     */
    public record OwnAddress(String name, InetAddress publicAddress, double capacity) {}

    /**
     * @param order lower is better
     * @param dailyQuota recipients in any 24 hours that this node may give it; {@link Long#MAX_VALUE} without a limit
     * @param maxSize octets
     */
    public record Smarthost(String name, int order, long dailyQuota, long maxSize, Account account) {}

    /**
     * What a smarthost is, whatever the operator calls it: what is known of it is known of this.
     *
     * @param server where it is, how it is spoken to, and as which user
     * @param credentials another text when they are others; no secret
     */
    public record Account(String server, String credentials) {}
}
