package io.mailvane.outbound;

import java.time.InstantSource;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Resolver;

/**
 * The world as delivery sees it.
 *
 * @param ticker nanoseconds, as of {@link System#nanoTime}
 * @param random shuffles MX hosts of equal preference; any number of threads
 * @param providers of plug-in transports
 */
public record Surroundings(
        Resolver resolver,
        InstantSource clock,
        LongSupplier ticker,
        RandomGenerator random,
        List<TransportProvider> providers) {
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
