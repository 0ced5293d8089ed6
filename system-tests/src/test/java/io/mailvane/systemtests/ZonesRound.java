package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two nodes of the packaged program on a GlusterFS over three zones, under load, while bricks and nodes die, a brick fills up and a zone is cut off;
 * and the account of every 250. Runs in the network between the zones: {@link ZonesProof} starts it.
 */
final class ZonesRound {
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final int SESSIONS = 4;

    private final GlusterZones zones;
    private final Installation program;
    private final PrintStream out;
    private final long began = System.nanoTime();

    private ZonesRound(GlusterZones zones, Installation program, PrintStream out) {
        this.zones = zones;
        this.program = program;
        this.out = out;
    }

    /** Arguments: the zones' directory, the installed program, the number of rounds; 0: bricks alone, once. Exit status 1: a promise was broken. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var round = new ZonesRound(
                new GlusterZones(Path.of(arguments[0])), new Installation(Path.of(arguments[1])), System.out);
        System.exit(round.run(Integer.parseInt(arguments[2])) ? 0 : 1);
    }

    private boolean run(int rounds) throws IOException, InterruptedException {
        try (var a = ZoneNode.start(zones, program, "a");
                var b = ZoneNode.start(zones, program, "b")) {
            var faults = new ArrayList<String>();
            step("two nodes are up");
            try (var load = new ZoneLoad(List.of(a.smtp(), b.smtp()), SESSIONS)) {
                if (rounds == 0) {
                    loseABrick(a, b, load);
                    fillABrick(a, b, load);
                }
                for (int round = 1; round <= rounds; round++) {
                    loseABrick(a, b, load);
                    fillABrick(a, b, load);
                    killANode(round % 2 == 0 ? b : a, load);
                    loseAZone("cut", a, b, load);
                    loseAZone("mute", a, b, load);
                    step("round %d of %d is over: %d accepted, %d refused for now"
                            .formatted(round, rounds, load.accepted().size(), load.refused()));
                }
                load.end();
                await().atMost(DEADLINE).until(() -> a.queued() == 0 && b.queued() == 0);
                account(a, b, load, faults);
            }
            faults.stream().limit(20).forEach(out::println);
            out.println(faults.size() + " faults.");
            return faults.isEmpty();
        }
    }

    private void step(String says) {
        out.printf("%4d s  %s%n", Duration.ofNanos(System.nanoTime() - began).toSeconds(), says);
    }

    private void loseABrick(ZoneNode a, ZoneNode b, ZoneLoad load) throws IOException, InterruptedException {
        awaitBoth(a, b, "healthy");
        goesOn(load);
        zones.say("kill_brick", "b");
        awaitBoth(a, b, "degraded");
        step("zone b's brick was killed: " + reasons(a));
        goesOn(load);
        zones.say("start_bricks");
        awaitBoth(a, b, "healthy");
        step("it is back, and healed");
    }

    private void fillABrick(ZoneNode a, ZoneNode b, ZoneLoad load) throws IOException, InterruptedException {
        zones.say("fill_brick", "b");
        awaitBoth(a, b, "low");
        step("zone b's brick is nearly full: " + reasons(a));
        int refused = load.refused();
        await().atMost(DEADLINE).until(() -> load.refused() > refused + SESSIONS && a.queued() == 0 && b.queued() == 0);
        step("no mail is taken, what was queued has left");
        zones.say("empty_brick", "b");
        awaitBoth(a, b, "healthy");
        goesOn(load);
    }

    private void killANode(ZoneNode node, ZoneLoad load) throws IOException, InterruptedException {
        node.kill();
        node.launch();
        step("a node was killed and is back");
        goesOn(load);
    }

    /** Zone a is cut off, seen by all or by nobody: zone b goes on with its queue, and it comes back with a new epoch. */
    private void loseAZone(String how, ZoneNode a, ZoneNode b, ZoneLoad load) throws IOException, InterruptedException {
        zones.say(how, "a");
        await().atMost(DEADLINE).until(() -> b.actsFor("a"));
        step("zone a is gone (%s): zone b acts for its partition".formatted(how));
        goesOn(load);
        zones.say("join", "a");
        await().atMost(DEADLINE).until(() -> a.isWell() && b.isWell() && !b.actsFor("a"));
        step("zone a is back");
        goesOn(load);
    }

    private static void awaitBoth(ZoneNode a, ZoneNode b, String state) {
        a.awaitVolume(state);
        b.awaitVolume(state);
    }

    private static JsonNode reasons(ZoneNode node) throws IOException, InterruptedException {
        return node.get("/api/v1/node").path("volume").path("reasons");
    }

    /** Mail is taken. */
    private static void goesOn(ZoneLoad load) {
        int before = load.accepted().size();
        await().atMost(DEADLINE).until(() -> load.accepted().size() > before + 20);
    }

    private void account(ZoneNode a, ZoneNode b, ZoneLoad load, List<String> faults) throws IOException {
        Map<String, List<String>> delivered = new HashMap<>();
        Map<String, Integer> settled = new HashMap<>();
        for (var node : List.of(a, b)) {
            DeliveredMail.in(node.directory())
                    .forEach((qid, copies) -> delivered
                            .computeIfAbsent(qid, q -> new ArrayList<>())
                            .addAll(copies));
            DeliveredMail.settled(node.directory().resolve("err")).forEach(qid -> settled.merge(qid, 1, Integer::sum));
        }
        load.accepted().forEach((qid, mark) -> {
            var copies = delivered.getOrDefault(qid, List.of());
            if (copies.isEmpty()) {
                faults.add(qid + " got its 250 and is lost");
            }
            if (!copies.stream().allMatch(DeliveredMail.asDelivered(ZoneLoad.content(mark))::equals)) {
                faults.add(qid + " is not what was sent");
            }
        });
        settled.forEach((qid, times) -> {
            if (times > 1) {
                faults.add(qid + " was settled " + times + " times");
            }
        });
        long twice =
                delivered.values().stream().filter(copies -> copies.size() > 1).count();
        out.printf(
                "%d messages got their 250, %d were delivered without one, %d twice.%n",
                load.accepted().size(),
                delivered.keySet().stream()
                        .filter(qid -> !load.accepted().containsKey(qid))
                        .count(),
                twice);
    }
}
