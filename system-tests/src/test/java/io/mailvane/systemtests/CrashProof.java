package io.mailvane.systemtests;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;

/** {@code ./mailvane prove crash}: many rounds of different loads, killed at random moments. Exit status 1: a promise was broken. */
final class CrashProof {
    private static final int ROUNDS = 30;
    private static final String ROW = "%5s  %-7s %8s %9s %9s %11s %6s %7s%n";

    private final Random random;
    private final PrintStream out;

    private CrashProof(Random random, PrintStream out) {
        this.random = random;
        this.out = out;
    }

    /** Arguments: rounds, seed. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : new Random().nextLong();
        System.out.println("Seed " + seed + ". Each round: load, kill -9, new start, account of every 250.");
        System.exit(new CrashProof(new Random(seed), System.out).run(rounds) ? 0 : 1);
    }

    private boolean run(int rounds) throws IOException, InterruptedException {
        out.printf(ROW, "round", "lost", "sessions", "octets", "accepted", "unanswered", "twice", "faults");
        int accepted = 0;
        int faults = 0;
        for (int round = 1; round <= rounds; round++) {
            var account = round(round);
            accepted += account.accepted();
            faults += account.faults().size();
        }
        out.printf("%d messages got their 250; %d faults.%n", accepted, faults);
        return faults == 0;
    }

    private CrashRound.Account round(int number) throws IOException, InterruptedException {
        var load = new CrashRound.Load(1 + random.nextInt(40), 1 + random.nextInt(3000), 1 << random.nextInt(17));
        var loss = random.nextInt(3) == 0 ? CrashRound.Loss.PROCESS : CrashRound.Loss.POWER;
        var directory = Files.createTempDirectory("mailvane-crash");
        var account = new CrashRound(directory, load).run(loss);
        out.printf(
                ROW,
                number,
                loss.name().toLowerCase(java.util.Locale.ROOT),
                load.sessions(),
                load.octets(),
                account.accepted(),
                account.unanswered(),
                account.twice(),
                account.faults().size());
        if (account.faults().isEmpty()) {
            delete(directory);
        } else {
            account.faults().stream().limit(10).forEach(fault -> out.println("       " + fault));
            out.println("       what is left: " + directory);
        }
        return account;
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
