package io.mailvane.outbound;

import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceProbe;
import io.mailvane.route.RouteEvent;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Resolver;

/**
 * The world as delivery sees it.
 *
 * @param ticker nanoseconds, as of {@link System#nanoTime}
 * @param random chooses among equals; any number of threads
 * @param providers of plug-in transports
 * @param peer whether a peer is known to take mail at an address; asked at every connection, must not block
 * @param evidence is told what receivers say of our addresses; must not block
 * @param history is told what changes the choice of routes; must not block
 * @param probed is told whether others greet a source that is not admitted yet; must not block
 * @param memory the file in which what receivers said survives a restart; empty: it does not
 */
public record Surroundings(
        Resolver resolver,
        InstantSource clock,
        LongSupplier ticker,
        RandomGenerator random,
        List<TransportProvider> providers,
        Predicate<InetSocketAddress> peer,
        Consumer<ReplyEvidence> evidence,
        Consumer<RouteEvent> history,
        Consumer<SourceProbe> probed,
        Optional<Path> memory) {
    /** Where nobody listens to what receivers say, and nothing survives a restart. */
    public Surroundings(
            Resolver resolver,
            InstantSource clock,
            LongSupplier ticker,
            RandomGenerator random,
            List<TransportProvider> providers,
            Predicate<InetSocketAddress> peer) {
        this(
                resolver,
                clock,
                ticker,
                random,
                providers,
                peer,
                evidence -> {},
                event -> {},
                probe -> {},
                Optional.empty());
    }

    public Surroundings {
        providers = List.copyOf(providers);
    }

    /** The plug-ins that {@code loader} sees. */
    public static List<TransportProvider> installedProviders(ClassLoader loader) {
        return ServiceLoader.load(TransportProvider.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
