package io.mailvane.route;

import static io.mailvane.route.World.CISCO;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.smarthost;
import static io.mailvane.route.World.source;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SourceStanding;
import io.mailvane.reply.ReplyClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What a decision costs among 64 sources and 8 smarthosts on a bad day, on the heap that a node has. The clock stands still, so each
 * message finds the ways as the one before did.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgs = {"-XX:+UseSerialGC", "-Xms128m", "-Xmn80m", "-Xmx320m", "--sun-misc-unsafe-memory-access=allow"})
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
public class RouteDecisionBench {
    private static final int GOAL_MICROS = 20;
    private static final int SOURCES = 64;
    private static final int SMARTHOSTS = 8;
    private static final int SENDERS = 64;
    private static final int GENERIC_PROVIDERS = 13;

    private final World world = World.of(SOURCES, SMARTHOSTS);
    private final List<MailFacts> mails = mails(world);
    private int next;

    /** A bad day begins. */
    public RouteDecisionBench() {
        standings(world);
        receivers(world);
        smarthosts(world);
    }

    /** The decision alone, as {@code route explain} has it. */
    @Benchmark
    public Decision decide() {
        return world.egress.explain(mail());
    }

    /** As an attempt has it: the way gives a token or a part of its quota, and the message is counted. */
    @Benchmark
    public Decision choose() {
        return world.choose(mail());
    }

    private MailFacts mail() {
        next = next + 1 == mails.size() ? 0 : next + 1;
        return mails.get(next);
    }

    /** A quarter of the messages is for each of the large providers, the last one for providers of which nothing is known. */
    private static List<MailFacts> mails(World world) {
        var mails = new ArrayList<MailFacts>();
        for (int sender = 0; sender < SENDERS; sender++) {
            var reversePath = ReversePath.of(Mailbox.parse("me@shop" + sender + ".example"));
            var generic = new ProviderId("elsewhere" + sender % GENERIC_PROVIDERS + ".example");
            Stream.of(GOOGLE, MICROSOFT, CISCO, generic)
                    .map(provider -> MailFacts.of(world.mail(provider).id(), provider, reversePath))
                    .forEach(mails::add);
        }
        return mails;
    }

    private static void each(int from, int to, IntConsumer what) {
        IntStream.rangeClosed(from, to).forEach(what);
    }

    private static void standings(World world) {
        each(1, 8, i -> world.standing("a" + i, SourceStanding.State.QUARANTINED, 1, 100, Map.of(GOOGLE, 100.0)));
        each(
                9,
                24,
                i -> world.standing(
                        "a" + i,
                        SourceStanding.State.DEGRADED,
                        1,
                        i,
                        Map.of(GOOGLE, i / 2.0, MICROSOFT, 2.0 * i, CISCO, 60.0)));
        each(42, 49, i -> world.warming("a" + i, SourceStanding.Growth.GROWS));
        each(25, 32, i -> world.standing("a" + i, SourceStanding.State.RECOVERING, 0.3, 0, Map.of()));
    }

    /** Microsoft refused two addresses, so it gets no third; Cisco refused one; Google wants six to be slower. */
    private static void receivers(World world) {
        each(33, 34, i -> world.hear(source("a" + i), world.mail(MICROSOFT), ReplyClass.IP_BLOCK, i));
        world.hear(source("a35"), world.mail(CISCO), ReplyClass.IP_BLOCK, 35);
        each(36, 41, i -> world.hear(source("a" + i), world.mail(GOOGLE), ReplyClass.IP_RATE, i));
    }

    /** The first is down, the second has used up its day, the third wants less. */
    private static void smarthosts(World world) {
        world.unreached("sh1", RoutingSettings.DEFAULT.smarthosts().failuresInRow());
        world.hear(smarthost("sh2"), world.mail(GOOGLE), ReplyClass.SMARTHOST_QUOTA, 1);
        world.hear(smarthost("sh3"), world.mail(GOOGLE), ReplyClass.SMARTHOST_RATE, 1);
    }

    /** Prints a line for each benchmark. */
    public static void main(String... arguments) throws RunnerException {
        var options = new OptionsBuilder()
                .include(RouteDecisionBench.class.getName())
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        for (var result : new Runner(options).run()) {
            print(result.getPrimaryResult());
        }
    }

    private static void print(Result<?> result) {
        System.out.printf(
                "%-8s %6.2f ± %.2f µs   (mean and its error at 99.9 %%; best second %.2f)   goal: under %d µs%n",
                result.getLabel(),
                result.getScore(),
                result.getScoreError(),
                result.getStatistics().getMin(),
                GOAL_MICROS);
    }
}
