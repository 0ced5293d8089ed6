package io.mailvane.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who we are, so that mail is never handed to ourselves: this node and its peers.
 *
 * @param names host names, in any case, with or without a trailing dot
 * @param listeners where mail is taken; a wildcard address means every address of this host
 * @param publicAddresses what the world sees us as; no port of them is ever a next hop
 */
public record OwnHosts(Set<String> names, Set<InetSocketAddress> listeners, Set<InetAddress> publicAddresses) {
    public OwnHosts {
        names = names.stream().map(OwnHosts::key).collect(Collectors.toUnmodifiableSet());
        listeners = Set.copyOf(listeners);
        publicAddresses = Set.copyOf(publicAddresses);
    }

    boolean isOwnName(String name) {
        return names.contains(key(name));
    }

    boolean isOwn(InetSocketAddress nextHop) {
        var address = nextHop.getAddress();
        if (publicAddresses.contains(address) || listeners.contains(nextHop)) {
            return true;
        }
        return listeners.stream()
                .anyMatch(listener -> listener.getPort() == nextHop.getPort()
                        && listener.getAddress().isAnyLocalAddress()
                        && isOfThisHost(address));
    }

    /**
     * As {@link #isOwn}, for a host that DNS named, and so anybody: neither "this host" nor a loopback address is followed, at whatever
     * port, by a node that the world can reach. One that lives on loopback alone finds its world there.
     */
    boolean isOurs(InetSocketAddress mx) {
        var address = mx.getAddress();
        boolean isReachable =
                listeners.stream().anyMatch(listener -> !listener.getAddress().isLoopbackAddress());
        return isOwn(mx) || address.isAnyLocalAddress() || (address.isLoopbackAddress() && isReachable);
    }

    private static boolean isOfThisHost(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            throw new IllegalStateException("the interfaces of this host cannot be read", e);
        }
    }

    private static String key(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
