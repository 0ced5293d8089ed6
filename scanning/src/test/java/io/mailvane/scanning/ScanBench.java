package io.mailvane.scanning;

import io.mailvane.mail.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What a scan takes by the engine alone, and through the pool and a worker: the difference is what those add. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgs = {"-XX:+UseSerialGC", "-Xms128m", "-Xmn80m", "-Xmx320m", "--sun-misc-unsafe-memory-access=allow"})
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
public class ScanBench {
    private static final int GOAL_MICROS = 1000;
    private static final String LINE = "What is measured here is an ordinary message of 4 KiB.\n";

    private final ScanEngine engine = new BuiltinEngine(BuiltinLimits.DEFAULT);
    private final ScanRequest message = Scans.request("Subject: hi\n\n" + LINE.repeat(4096 / LINE.length()));
    private final PoolKit kit = new PoolKit(Path.of(System.getProperty("java.io.tmpdir")));

    /** A worker on loopback, with a token. */
    @Setup
    public void start() throws Exception {
        kit.add("w1", engine);
    }

    /** Ends the worker and its pool. */
    @TearDown
    public void stop() {
        kit.close();
    }

    /** The engine alone. */
    @Benchmark
    public Finding engine() throws ScanException, InterruptedException {
        return engine.scan(message, Scans.soon());
    }

    /** As a relay has it scanned. */
    @Benchmark
    public Verdict pool() throws ScanException, InterruptedException {
        return kit.pool.scan(message, Scans.soon());
    }

    /** Prints what both take, and the difference. */
    public static void main(String... arguments) throws RunnerException {
        var options = new OptionsBuilder()
                .include(ScanBench.class.getName())
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        List<Result<?>> results = new ArrayList<>();
        new Runner(options).run().forEach(result -> results.add(result.getPrimaryResult()));
        results.forEach(ScanBench::print);
        System.out.printf(
                "pool and worker add %.1f µs   goal: under %d µs%n",
                results.getLast().getScore() - results.getFirst().getScore(), GOAL_MICROS);
    }

    private static void print(Result<?> result) {
        System.out.printf(
                "%-8s %8.1f ± %.1f µs   (mean and its error at 99.9 %%)%n",
                result.getLabel(), result.getScore(), result.getScoreError());
    }
}
