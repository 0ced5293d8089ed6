package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code ./mailvane prove takeover}: two nodes on one local volume, under load, while nodes and scan workers die, freeze, lie and come back;
 * and the account of every 250, of every copy that was delivered, and of every epoch. Exit status 1: a promise was broken.
 */
final class TakeoverProof {
    private static final int ROUNDS = 2;
    private static final int SESSIONS = 3;
    private static final int FOUND_EACH = 25;
    private static final int LOST_EACH = 150;
    private static final int BACKLOG = 300;
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final TakeoverPair pair;
    private final ZoneLoad load;
    private final Witness witness;
    private final PrintStream out;
    private final long began = System.nanoTime();

    private TakeoverProof(TakeoverPair pair, ZoneLoad load, Witness witness, PrintStream out) {
        this.pair = pair;
        this.load = load;
        this.witness = witness;
        this.out = out;
    }

    /** Argument: rounds. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS;
        System.exit(run(Files.createTempDirectory("mailvane-takeover"), rounds, System.out) ? 0 : 1);
    }

    /** @return whether every promise was kept */
    static boolean run(Path directory, int rounds, PrintStream out) throws IOException, InterruptedException {
        var witness = new Witness(LOST_EACH);
        try (var hop = new NextHop(witness);
                var pair = TakeoverPair.start(directory, hop.port());
                var load = new ZoneLoad(List.of(pair.smtp("a"), pair.smtp("b")), SESSIONS, FOUND_EACH)) {
            out.println("Two nodes are up in " + directory);
            var proof = new TakeoverProof(pair, load, witness, out);
            for (int round = 1; round <= rounds; round++) {
                proof.nodes();
                proof.workers();
            }
            return proof.account();
        }
    }

    private void nodes() throws IOException, InterruptedException {
        killed();
        frozen();
        killedAdopting();
        bothKilled("a", "b");
        bothKilled("b", "a");
    }

    private void workers() throws IOException, InterruptedException {
        workersAre("kill -9", "KILL");
        workersAre("frozen", "STOP");
        workersSlow();
        newWorkersAre("lying");
        newWorkersAre("small");
    }

    /** What is said of a story when it is over. */
    private void step(String story) {
        out.printf(
                Locale.ROOT,
                "%4d s  %-60s %6d accepted, %5d not now, %5d rejected, %6d copies%n",
                Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                story,
                load.accepted().size(),
                load.refused(),
                load.rejected(),
                witness.copies().size());
    }

    /** Mail is taken, and leaves. */
    private void goesOn() {
        int accepted = load.accepted().size();
        int copies = witness.copies().size();
        await().atMost(DEADLINE)
                .until(() -> load.accepted().size() > accepted + 50
                        && witness.copies().size() > copies + 50);
    }

    private void killed() throws IOException, InterruptedException {
        goesOn();
        var partition = pair.own("a");
        pair.kill("a");
        pair.awaitAdoption("b", partition);
        goesOn();
        pair.start("a");
        goesOn();
        step("a killed, adopted, back");
    }

    private void frozen() throws IOException, InterruptedException {
        var partition = pair.own("a");
        pair.node("a").signal("STOP");
        pair.awaitAdoption("b", partition);
        goesOn();
        long before = pair.timesReady("a");
        pair.node("a").signal("CONT");
        await().atMost(DEADLINE).until(() -> pair.timesReady("a") > before);
        goesOn();
        step("a frozen beyond its term, adopted, awake");
    }

    /** The adopter dies when it has made its claim, with much to adopt. */
    private void killedAdopting() throws IOException, InterruptedException {
        witness.isBusy(true);
        int accepted = load.accepted().size();
        await().atMost(DEADLINE).until(() -> load.accepted().size() > accepted + BACKLOG);
        var partition = pair.own("a");
        var claims = files(pair.claims(partition));
        pair.kill("a");
        await().atMost(DEADLINE)
                .pollInterval(AT_ONCE)
                .until(() -> !files(pair.claims(partition)).equals(claims));
        pair.kill("b");
        boolean isDone = pair.log().stream()
                .anyMatch(line -> line.contains(" event=lease state=adopted partition=" + partition + " "));
        witness.isBusy(false);
        pair.start("b");
        pair.awaitAdoption("b", partition);
        pair.start("a");
        goesOn();
        step("a killed, b killed " + (isDone ? "when it had adopted" : "while it adopted") + ", both back");
    }

    private static List<String> files(Path claims) throws IOException {
        try (var files = Files.list(claims)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".claim"))
                    .sorted()
                    .toList();
        }
    }

    private void bothKilled(String first, String second) throws IOException, InterruptedException {
        var partition = pair.own(second);
        pair.kill("a");
        pair.kill("b");
        pair.start(first);
        pair.awaitAdoption(first, partition);
        pair.start(second);
        goesOn();
        step("both killed, " + first + " back and adopting, then " + second);
    }

    private void workersAre(String how, String signal) throws IOException, InterruptedException {
        goesOn();
        pair.signalWorkers(signal);
        goesOn();
        step("all workers " + how);
    }

    private void workersSlow() throws IOException, InterruptedException {
        for (int time = 0; time < 3; time++) {
            pair.signalWorkers("STOP");
            int accepted = load.accepted().size();
            await().atMost(DEADLINE).until(() -> load.accepted().size() > accepted + 20);
            pair.signalWorkers("CONT");
        }
        goesOn();
        step("all workers slow");
    }

    private void newWorkersAre(String how) throws IOException, InterruptedException {
        pair.nextWorkersAre(how);
        pair.signalWorkers("KILL");
        int accepted = load.accepted().size();
        await().atMost(DEADLINE).until(() -> load.accepted().size() > accepted + 300);
        pair.nextWorkersAre("usual");
        pair.signalWorkers("KILL");
        goesOn();
        step("all workers " + how);
    }

    private boolean account() throws IOException, InterruptedException {
        load.end();
        pair.awaitEmpty();
        var account = new TakeoverAccount(pair.log(), witness.copies());
        account.check(load.accepted(), Set.copyOf(pair.quarantined()));
        var faults = new ArrayList<>(load.odd());
        faults.addAll(account.faults());
        out.printf(
                Locale.ROOT,
                "%d messages got their 250; %d copies; again because %s; %d adoptions, %d messages in doubt.%n",
                load.accepted().size(),
                account.copies(),
                account.causes(),
                account.leases("adopted"),
                account.leases("in-doubt"));
        faults.stream().limit(20).forEach(out::println);
        out.println(faults.size() + " faults.");
        return faults.isEmpty();
    }
}
