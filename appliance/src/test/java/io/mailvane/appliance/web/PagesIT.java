package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.QueueUnavailableException;
import io.mailvane.scaling.Crew;
import io.mailvane.storage.Trouble;
import io.mailvane.storage.VolumeState;
import io.mailvane.storage.VolumeStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages say, read without a browser. */
class PagesIT {
    private static final Pattern TAG = Pattern.compile("<[^>]*>");

    @TempDir
    Path folder;

    private WebKit web;

    @BeforeEach
    void start() throws IOException {
        var gone = new PeerSettings("zone-b", URI.create("http://127.0.0.1:1"), Optional.empty());
        web = new WebKit(folder, List.of(gone));
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/queue",
                "/queue?state=settled",
                "/queue/none",
                "/workers",
                "/queue?state=lost",
                "/reputation",
                "/reputation/203.0.113.11/psbl"
            })
    void areWholeWithoutInlineScriptsAndStyles(String path) throws Exception {
        assertThat(web.get(path).body())
                .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
                .containsPattern("<title>[^<]+ · accepting · Mailvane</title>")
                .contains("name=\"viewport\"", "<h1>", "</html>")
                .doesNotContain("style=\"", "<style", "onclick", "http-equiv=\"Content-Security-Policy\"", "\\")
                .doesNotContainPattern("<script(?! src=\"/(live|reputation).js\" defer></script>)");
    }

    @Test
    void saysWhatIsEmpty() throws Exception {
        assertThat(text("/")).contains("Nothing waits.", "No mail yet. Try: mailvane send --to 127.0.0.1:2525");
        assertThat(text("/queue")).contains("Nothing waits. See what was settled lately");
        assertThat(text("/queue?sender=me@example.org")).contains("No message matches.");
    }

    @Test
    void showsTheScanWorkersAndWhySoManyAreWanted() throws Exception {
        assertThat(text("/workers"))
                .contains(
                        "2 wanted",
                        "1 starting",
                        "1 ready",
                        "0 draining",
                        "3 scans run",
                        "0 to scan",
                        "Wanted 2: 300.0 messages a second come and take 40 ms each: 2 are needed.",
                        "w1 ready 4711 3",
                        "w2 starting – 0 it does not serve yet");
        web.crew.set(Crew.none("no engine is configured: nothing is scanned"));
        assertThat(text("/workers"))
                .contains("0 wanted", "Wanted 0: no engine is configured: nothing is scanned.", "No worker runs.");
    }

    @Test
    void saysWhatWaitsAndWhyAndUntilWhen() throws Exception {
        accept("you@shop.example", "them@shop.example");
        defer("Greylisted");
        assertThat(text("/"))
                .contains("0 active", "1 deferred")
                .contains("deferred you@shop.example, them@shop.example by route: 451 4.7.1 Greylisted "
                        + "next attempt 12:05:00 in 5 min");
    }

    @Test
    void showsWhatWasTakenOverAlsoOnceItIsFinished() throws Exception {
        assertThat(text("/"))
                .contains("Partition zone-b.1, epoch 4, adopted ", ": 12 messages, 3 in doubt, read in 0.25 s")
                .containsPattern("Took over zone-b from zone-b, epoch 2, [^:]*[^a-z]*.*: 1 message, 0 in doubt, read in"
                        + " 0\\.5 s the last one left ");
    }

    @Test
    void noLastMessageLeftAPartitionThatWasEmpty() throws Exception {
        var up = WebKit.ACCEPTING;
        var empty = new PartitionStatus.Adopted("zone-c", SteppedClock.START, 0, 0, 0.5);
        var past = new Takeovers.Takeover("zone-c", 2, empty, Optional.of(SteppedClock.START));
        web.status.set(new NodeStatus(
                up.node(),
                up.zone(),
                up.state(),
                List.of(),
                up.epoch(),
                up.started(),
                up.listeners(),
                up.relayDomains(),
                up.partitions(),
                new Takeovers(1, 0, 0, List.of(past))));

        assertThat(text("/"))
                .contains(": 0 messages, 0 in doubt, read in 0.5 s finished ")
                .doesNotContain("the last one left");
    }

    @Test
    void raisesAlarmsFirst() throws Exception {
        var up = WebKit.ACCEPTING;
        web.status.set(new NodeStatus(
                up.node(),
                up.zone(),
                NodeStatus.State.CLOSED,
                List.of("the volume is full"),
                up.epoch(),
                up.started(),
                up.listeners(),
                up.relayDomains(),
                up.partitions(),
                up.takeovers()));
        assertThat(text("/"))
                .startsWith("zone-a · closed · Mailvane")
                .containsSubsequence("the volume is full", "Peer zone-b is unreachable", "Queue", "This node");
    }

    @Test
    void showsTheVolumeAndRaisesWhatIsWrongWithIt() throws Exception {
        assertThat(text("/")).contains("Volume healthy 30.0 GiB free of 40.0 GiB");
        var brick = new Trouble(Trouble.Kind.COPY_DOWN, "b", "brick b is down");
        web.volume.set(new VolumeStatus(
                VolumeState.DEGRADED, List.of(brick), Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(text("/"))
                .containsSubsequence("Volume: brick b is down", "Queue", "Volume degraded brick b is down");
    }

    @Test
    void showsWhatPeersOfOursSayAsTextAndNothingElse() throws Exception {
        var qid = accept("\"<b>you</b>\"@shop.example");
        defer("<script>alert(1)</script> & \"more\"");
        for (var path : List.of("/", "/queue", "/queue/" + qid)) {
            assertThat(web.get(path).body())
                    .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; ", "&lt;b&gt;you&lt;/b&gt;")
                    .doesNotContain("<script>", "<b>you");
        }
        assertThat(web.get("/queue?sender=%22%3E%3Cscript%3E").body()).doesNotContain("<script>");
    }

    /** U+202E turns the direction of all that follows it. */
    @Test
    void letsNobodyTurnTheDirectionOfAPage() throws Exception {
        var qid = accept("you@shop.example");
        defer("see \u202egpj.exe\u2066");
        assertThat(web.get("/queue/" + qid).body())
                .contains("see \ufffdgpj.exe\ufffd")
                .doesNotContain("\u202e", "\u2066");
    }

    @Test
    void showsAMessageWithItsAttemptsAndWhatCanBeDone() throws Exception {
        var qid = accept("you@shop.example");
        defer("Greylisted");
        assertThat(text("/queue/" + qid))
                .contains("From me@example.org", "Client client.example[192.0.2.7]", "Size 25 octets")
                .contains("customer by route mx.shop.example[192.0.2.1]:25 deferred 451 4.7.1 Greylisted")
                .contains("mailvane queue retry " + qid, "mailvane queue hold " + qid)
                .doesNotContain("queue release");
        web.post("/api/v1/queue/hold", "{\"qids\":[\"" + qid + "\"]}");
        assertThat(text("/queue/" + qid))
                .contains("mailvane queue release " + qid)
                .doesNotContain("queue retry");
    }

    @Test
    void keepsTheFilterFromPageToPage() throws Exception {
        for (int i = 0; i < 51; i++) {
            accept("you@shop.example");
        }
        var first = web.get("/queue?domain=shop.example&state=active").body();
        assertThat(first).contains("value=\"shop.example\"", "<option value=\"active\" selected>");
        var next = Pattern.compile("href=\"(/queue\\?[^\"]*)\" rel=\"next\"").matcher(first);
        assertThat(next.find()).isTrue();
        var second = web.get(next.group(1).replace("&amp;", "&")).body();
        assertThat(second)
                .containsOnlyOnce("class=\"qid\"")
                .doesNotContain("rel=\"next\"")
                .contains("href=\"/queue?domain=shop.example&amp;state=active\">First page");
    }

    @Test
    void answersAWrongAddressWithAPage() throws Exception {
        assertThat(web.get("/queue/none").statusCode()).isEqualTo(404);
        assertThat(text("/queue/none")).contains("no message has this queue id, or it was settled long ago");
        assertThat(web.get("/queue?state=lost").statusCode()).isEqualTo(400);
        assertThat(text("/queue?state=lost")).contains("unknown state lost");
    }

    private String accept(String... recipients) throws QueueUnavailableException {
        return web.accept("me@example.org", recipients).text();
    }

    private void defer(String text) throws QueueUnavailableException, InterruptedException {
        var reply = SmtpReply.of(451, "4.7.1", text);
        web.deliver(new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.RECIPIENT, reply));
    }

    /** As a reader sees it: no tags, single spaces. */
    private String text(String path) throws IOException, InterruptedException {
        return TAG.matcher(web.get(path).body())
                .replaceAll(" ")
                .replaceAll("\\s+", " ")
                .strip()
                .replace(" ,", ",");
    }
}
