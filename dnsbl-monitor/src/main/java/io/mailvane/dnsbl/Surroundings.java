package io.mailvane.dnsbl;

import io.mailvane.mail.ProviderId;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Resolver;

/**
 * The world as the monitor sees it.
 *
 * @param resolver the site's
 * @param servers makes a new resolver that asks one server, and by TCP what is truncated
 * @param ticker nanoseconds, as of {@link System#nanoTime}
 * @param random any number of threads
 * @param otherRoute whether mail has a way out that is no source address; asked often, by one thread
 * @param taken how many messages each receiver took from the source of that name: totals that only grow, or begin anew; asked about
 *     once a minute of a source that a list names, or that is new again once it sends nothing, and of no other, by one thread; who answers
 *     need count nothing of a source of which nobody has asked for minutes
 * @param data a folder; the history's file lies in it
 * @param onChange told each new snapshot, by one thread, which it must not hold up
 */
public record Surroundings(
        Resolver resolver,
        Function<InetSocketAddress, Resolver> servers,
        InstantSource clock,
        LongSupplier ticker,
        RandomGenerator random,
        BooleanSupplier otherRoute,
        Function<String, Map<ProviderId, Long>> taken,
        Path data,
        Consumer<Reputation> onChange) {}
