package io.mailvane.inbound;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.ResultField;
import io.mailvane.mail.ScanOutcome;
import io.mailvane.mail.Verdict;
import io.mailvane.mail.Verdict.Action;
import io.mailvane.mail.Verdict.Reason;
import io.mailvane.queue.MessageDetail;
import io.mailvane.queue.QueueFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What scanning says while a client waits, and what becomes of the message. */
class ScanIT {
    private static final ResultField FIELD = new ResultField("X-Mailvane-Scan", "builtin=marked; doubtful");

    @TempDir
    Path directory;

    private ServerKit kit;

    @BeforeEach
    void start() throws IOException {
        kit = new ServerKit(directory);
    }

    @AfterEach
    void stop() throws IOException {
        kit.close();
    }

    /** How content comes. */
    enum Way {
        DATA,
        BDAT;

        String reply(Talk talk, String content) throws IOException {
            var before = switch (this) {
                case DATA -> "DATA\r\n";
                case BDAT -> "BDAT 5\r\n" + content.substring(0, 5);
            };
            talk.send(before).reply();
            var rest = switch (this) {
                case DATA -> content + ".\r\n";
                case BDAT -> "BDAT " + (content.length() - 5) + " LAST\r\n" + content.substring(5);
            };
            return talk.send(rest).reply();
        }
    }

    private static ScanOutcome said(Action action) {
        var reasons =
                action == Action.ACCEPT ? List.<Reason>of() : List.of(new Reason("builtin", "doubtful\r\n250 Ok"));
        return new ScanOutcome.Judged(new Verdict(action, reasons, List.of(FIELD)));
    }

    private List<MessageDetail> queued() throws IOException {
        return kit.queue.list(QueueFilter.ALL, Optional.empty(), 10);
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsRejectedAndKeepsNothing(Way way) throws Exception {
        kit.scan.set(offered -> said(Action.REJECT));
        try (var talk = kit.connect().greet().envelope()) {
            assertThat(way.reply(talk, "a: b\r\n\r\nspam\r\n")).isEqualTo("550 5.7.1 Message refused");
            assertThat(queued()).isEmpty();
            assertThat(kit.server.stats().refused()).isEqualTo(1);

            kit.scan.set(offered -> said(Action.ACCEPT));
            talk.envelope();
            assertThat(way.reply(talk, "a: b\r\n\r\nham\r\n")).startsWith("250 2.0.0 Ok: queued as ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheReaderWhatWasFoundAndNoForgedField(Way way) throws Exception {
        kit.scan.set(offered -> said(Action.MARK));
        try (var talk = kit.connect().greet().envelope()) {
            way.reply(talk, "X-Mailvane-Scan: builtin=clean\r\na: b\r\n\r\nham\r\n");
            var id = kit.take().orElseThrow().id();
            try (var content = kit.queue.content(id)) {
                assertThat(new String(content.readAllBytes(), ISO_8859_1))
                        .startsWith("X-Mailvane-Scan: builtin=marked; doubtful\r\nReceived: from client.example")
                        .endsWith("\r\na: b\r\n\r\nham\r\n")
                        .doesNotContain("builtin=clean");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatIsQuarantinedWithItsReason(Way way) throws Exception {
        kit.scan.set(offered -> said(Action.QUARANTINE));
        try (var talk = kit.connect().greet().envelope()) {
            assertThat(way.reply(talk, "a: b\r\n\r\nvirus\r\n")).startsWith("250 2.0.0 Ok: queued as ");
        }
        assertThat(kit.take()).isEmpty();
        assertThat(queued())
                .singleElement()
                .returns(MessageState.QUARANTINED, MessageDetail::state)
                .returns(
                        "builtin: doubtful??250 Ok",
                        detail -> detail.recipients().getFirst().why());
    }

    @ParameterizedTest
    @EnumSource
    void takesWhatIsToBeScannedLater(Way way) throws Exception {
        kit.scan.set(offered -> new ScanOutcome.ToScan());
        try (var talk = kit.connect().greet().envelope()) {
            assertThat(way.reply(talk, "a: b\r\n\r\nham\r\n")).startsWith("250 2.0.0 Ok: queued as ");
        }
        assertThat(kit.take()).isEmpty();
        assertThat(queued()).singleElement().returns(MessageState.TO_SCAN, MessageDetail::state);
    }

    @Test
    void hasItsClientTryAgainLater() throws Exception {
        try (var talk = kit.connect().greet()) {
            for (var outcome : List.of(new ScanOutcome.NotNow(), said(Action.DEFER))) {
                kit.scan.set(offered -> outcome);
                talk.envelope();
                assertThat(Way.DATA.reply(talk, "a: b\r\n\r\nham\r\n"))
                        .isEqualTo("451 4.7.1 Not just now, try again later");
            }
        }
        assertThat(queued()).isEmpty();
    }

    @Test
    void passesWhatTheOperatorWantsPassedUnscannedWithAFieldThatSaysSo() throws Exception {
        kit.scan.set(offered -> new ScanOutcome.Unscanned(List.of(new ResultField("X-Mailvane-Scan", "none"))));
        try (var talk = kit.connect().greet().envelope()) {
            Way.DATA.reply(talk, "a: b\r\n\r\nham\r\n");
        }
        var id = kit.take().orElseThrow().id();
        try (var content = kit.queue.content(id)) {
            assertThat(new String(content.readAllBytes(), ISO_8859_1)).startsWith("X-Mailvane-Scan: none\r\nReceived:");
        }
    }

    @Test
    void offersTheContentAsItCameAndEachPipelinedMessageInTurn() throws Exception {
        var large = "a: b\r\n\r\n" + "0123456789abcdef\r\n".repeat(10_000);
        var seen = new CopyOnWriteArrayList<String>();
        kit.scan.set(offered -> {
            try (var content = offered.content().get()) {
                var text = new String(content.readAllBytes(), ISO_8859_1);
                assertThat((long) text.length()).isEqualTo(offered.size());
                seen.add(offered.helo() + " " + offered.client().getHostAddress() + " " + text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new ScanOutcome.Unscanned(List.of());
        });
        var envelope = "MAIL FROM:<me@example.org>\r\nRCPT TO:<you@shop.example>\r\n";
        var small = "X-Mailvane-A: forged\r\nc: d\r\n\r\n.\r\n";
        try (var talk = kit.connect().greet()) {
            talk.send(envelope + "BDAT " + small.length() + " LAST\r\n" + small + envelope + "BDAT " + large.length()
                    + " LAST\r\n" + large);
            for (int reply = 0; reply < 6; reply++) {
                assertThat(talk.reply()).startsWith("250");
            }
        }
        assertThat(seen).containsExactly("client.example 127.0.0.1 " + small, "client.example 127.0.0.1 " + large);
    }

    @Test
    void answersAFaultOfTheScanWithATemporaryFailure() throws Exception {
        kit.scan.set(offered -> {
            throw new IllegalStateException("a fault of ours");
        });
        try (var talk = kit.connect().greet().envelope()) {
            assertThat(talk.ask("DATA")).startsWith("354");
            assertThat(talk.send("a: b\r\n\r\nham\r\n.\r\n").reply()).startsWith("421 4.3.0");
        }
        assertThat(queued()).isEmpty();
    }
}
