package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one volume, of which one dies, or only seems to: each 250 is delivered, and nothing twice without a reason. */
@Order(5)
class TakeoverIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int MESSAGES = 20;

    @TempDir
    Path directory;

    private void write(String zone, String queue, int nextHop) throws IOException {
        NodeFile.writeZone(
                zone,
                directory.resolve(zone),
                NodeFile.toHost("shop.example", nextHop),
                "[queue]\nvolume = \"" + directory.resolve("volume") + "\"\nlease-term = \"3s\"\n" + queue);
    }

    private NodeProcess start(String zone) throws IOException {
        return NodeProcess.start(directory.resolve(zone));
    }

    private static List<String> send(NodeProcess to) throws IOException {
        var qids = new ArrayList<String>();
        try (var talk = to.connect()) {
            for (int i = 0; i < MESSAGES; i++) {
                qids.add(SmtpTalk.queueId(talk.sendMail("Subject: " + i + "\r\n\r\nhi")));
            }
        }
        return qids;
    }

    private static List<JsonNode> partitions(NodeProcess node) throws IOException, InterruptedException {
        return StreamSupport.stream(node.get("/api/v1/node").path("partitions").spliterator(), false)
                .toList();
    }

    private static List<String> names(NodeProcess node) throws IOException, InterruptedException {
        return partitions(node).stream()
                .map(each -> each.path("directory").asText())
                .toList();
    }

    /** The subjects that came, in no order; one that came twice is there twice. */
    private static List<Integer> subjects(NextHop hop) {
        return hop.taken().stream()
                .map(taken -> taken.content().replaceAll("(?s).*Subject: (\\d+)\r\n.*", "$1"))
                .map(Integer::valueOf)
                .sorted()
                .toList();
    }

    private static int deferred(NodeProcess node) throws IOException, InterruptedException {
        return node.get("/api/v1/queue/counts")
                .path("messages")
                .path("deferred")
                .asInt();
    }

    private static List<Integer> all() {
        return IntStream.range(0, MESSAGES).boxed().toList();
    }

    @Test
    void aKilledNodesMailIsDeliveredByTheOtherAndItComesBackEmpty() throws Exception {
        try (var hop = new NextHop(Manners.GOOD)) {
            write("a", "deliver = false\n", hop.port());
            write("b", "", hop.port());
            try (var b = start("b")) {
                try (var a = start("a")) {
                    send(a);
                    a.kill();
                }
                await().atMost(DEADLINE).until(() -> subjects(hop).size() >= MESSAGES);
                assertThat(subjects(hop)).isEqualTo(all());
                assertThat(b.errors())
                        .contains("event=lease state=adopted partition=zone-a epoch=2 from=zone-a" + " messages="
                                + MESSAGES + " in-doubt=" + MESSAGES);
                await().atMost(DEADLINE).until(() -> names(b).equals(List.of("zone-b")));
                try (var again = start("a")) {
                    var own = partitions(again).getFirst();
                    assertThat(own.path("name").asText()).isEqualTo("zone-a");
                    assertThat(own.path("epoch").asInt()).isGreaterThan(2);
                    assertThat(own.path("owner").asText()).isEqualTo("zone-a");
                    assertThat(again.queued()).isZero();
                    send(again);
                    assertThat(again.terminate()).isZero();
                }
                await().atMost(DEADLINE).until(() -> subjects(hop).size() >= 2 * MESSAGES);
            }
            assertThat(subjects(hop)).hasSize(2 * MESSAGES);
        }
    }

    @Test
    void aFrozenNodeThatWakesSaysNo250AndBeginsNoDelivery() throws Exception {
        var busy = new Manners() {
            @Override
            public String reply(String command) throws IOException {
                return command.startsWith("RCPT") ? "451 4.3.2 Busy" : Manners.super.reply(command);
            }
        };
        try (var hop = new NextHop(busy)) {
            // None is due when it is frozen, nor under way; all are when it wakes.
            write("a", "retry = [\"6s\"]\n", hop.port());
            write("b", "retry = [\"6s\"]\n", hop.port());
            try (var a = start("a");
                    var b = start("b");
                    var talk = a.connect()) {
                send(a);
                await().atMost(DEADLINE).until(() -> deferred(a) == MESSAGES);
                talk.envelope("me@example.org", "you@shop.example");
                talk.ask("DATA");
                a.signal("STOP");
                await().atMost(DEADLINE).until(() -> names(b).contains("zone-a"));
                hop.behave(Manners.GOOD);
                await().atMost(DEADLINE).until(() -> subjects(hop).size() >= MESSAGES);

                talk.send("Subject: 99\r\n\r\nwhile it was frozen\r\n");
                a.signal("CONT");
                assertThat(lastReply(talk)).doesNotStartWith("250");
                await().atMost(DEADLINE)
                        .until(() -> a.output()
                                        .lines()
                                        .filter(line -> line.startsWith("READY"))
                                        .count()
                                == 2);

                assertThat(names(a)).containsExactly("zone-a.1");
                assertThat(a.queued()).isZero();
                assertThat(subjects(hop)).isEqualTo(all());
                assertThat(a.errors()).contains("event=lease state=lost partition=zone-a epoch=1");
                assertThat(new TreeSet<>(send(a))).hasSize(MESSAGES);
                await().atMost(DEADLINE).until(() -> subjects(hop).size() == 2 * MESSAGES);
            }
        }
    }

    /** Its end counts as one. */
    private static String lastReply(SmtpTalk talk) {
        try {
            return talk.ask(".");
        } catch (IOException e) {
            return "none: " + e.getMessage();
        }
    }

    @Test
    void aDrainedNodeHandsOverAtOnceWithNothingInDoubt() throws Exception {
        try (var hop = new NextHop(Manners.GOOD)) {
            write("a", "deliver = false\n", hop.port());
            write("b", "", hop.port());
            try (var a = start("a");
                    var b = start("b")) {
                send(a);
                assertThat(a.command("node", "drain").status()).isZero();
                assertThat(a.exitStatus()).isZero();
                await().atMost(DEADLINE).until(() -> subjects(hop).size() >= MESSAGES);

                assertThat(subjects(hop)).isEqualTo(all());
                assertThat(b.errors()).contains("messages=" + MESSAGES + " in-doubt=0");
            }
        }
    }

    @Test
    void aDrainThatCutsADeliveryHandsItOverInDoubt() throws Exception {
        var hasContent = new CountDownLatch(1);
        var isOver = new CountDownLatch(1);
        var slow = new Manners() {
            @Override
            public String verdict() throws IOException {
                hasContent.countDown();
                awaitThat(isOver);
                throw new IOException("nobody hears it");
            }
        };
        try (var hop = new NextHop(slow)) {
            write("a", "", hop.port());
            write("b", "deliver = false\n", hop.port());
            drainWithin("a", "1s");
            try (var a = start("a");
                    var b = start("b");
                    var talk = a.connect()) {
                talk.sendMail("Subject: 0\r\n\r\nhi");
                awaitThat(hasContent);
                assertThat(a.command("node", "drain").status()).isZero();
                assertThat(a.exitStatus()).isZero();
                await().atMost(DEADLINE).until(() -> b.errors().contains("state=adopted partition=zone-a"));

                assertThat(a.errors()).contains("event=lease state=abandoned partition=zone-a epoch=1");
                // That its reply was lost may still have been written, or not: either way whoever asks is told.
                assertThat(b.errors()).contains(" from=zone-a messages=1 in-doubt=");
                assertThat(b.command("queue", "list", "--json").output())
                        .containsAnyOf(
                                "\"why\":\"in doubt: zone-a may have been delivering it", "\"reply\":\"451 4.4.2 ");
            } finally {
                isOver.countDown();
            }
        }
    }

    private static void awaitThat(CountDownLatch event) throws IOException {
        try {
            assertThat(event.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void drainWithin(String zone, String most) throws IOException {
        var file = directory.resolve(zone).resolve("node.toml");
        Files.writeString(file, Files.readString(file).replace("drain = \"10s\"", "drain = \"" + most + "\""));
    }

    @Test
    void aLoneNodeWhoseVolumeIsGoneForAWhileSaysSoAndBeginsAnewWhenItIsBack() throws Exception {
        var volume = directory.resolve("volume");
        var away = directory.resolve("away");
        try (var hop = new NextHop(Manners.GOOD)) {
            write("a", "deliver = false\n", hop.port());
            try (var a = start("a")) {
                send(a);
                var announced = a.announced();
                var token = Files.readString(a.tokenFile());
                Files.move(volume, away);
                await().atMost(DEADLINE).until(() -> a.errors().contains("what=volume-awaited"));
                var node = a.get("/api/v1/node");
                assertThat(node.path("state").asText()).isEqualTo("closed");
                assertThat(node.path("reasons").get(0).asText())
                        .isEqualTo("the lease on partition zone-a is lost: not renewed in time;"
                                + " the node begins anew when the volume can be written to");
                assertThat(a.response("/readyz").statusCode()).isEqualTo(503);
                assertThat(new SmtpTalk.Greeting(a.smtpPort()).text()).startsWith("421 ");
                Files.move(away, volume);
                await().atMost(DEADLINE)
                        .until(() -> a.output()
                                        .lines()
                                        .filter(line -> line.startsWith("READY"))
                                        .count()
                                == 2);

                var own = partitions(a).getFirst();
                assertThat(own.path("directory").asText()).isEqualTo("zone-a");
                assertThat(own.path("epoch").asInt()).isEqualTo(2);
                assertThat(a.queued()).isEqualTo(MESSAGES);
                assertThat(a.announced()).as("found where it was").isEqualTo(announced);
                assertThat(Files.readString(a.tokenFile())).isEqualTo(token);
                assertThat(a.command("queue", "retry", "--state", "active").status())
                        .isZero();
                Files.move(volume, away);
                await().atMost(DEADLINE).until(() -> a.errors().split("what=volume-awaited", -1).length == 3);
                assertThat(a.terminate()).as("told to end while it waits").isZero();
            }
        }
    }
}
