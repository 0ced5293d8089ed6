package io.mailvane.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.inbound.RecipientAnswer;
import io.mailvane.inbound.SmtpServer;
import io.mailvane.mail.ScanOutcome;
import io.mailvane.outbound.DsnWriter;
import io.mailvane.queue.ForwardingSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.SegmentStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a node whose storage keeps it from it: the real parts, on segments whose force never returns. */
class EndingIT {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    /** Hangs from the moment on that it is told to. Claims and heartbeats are no segments: the lease holds. */
    private static final class HangingStore extends ForwardingSegmentStore {
        private final CountDownLatch isToHang = new CountDownLatch(1);
        private final CountDownLatch hangs = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);

        HangingStore(SegmentStore store) {
            super(store);
        }

        @Override
        public Appender create(String name) throws IOException {
            return new HangingAppender(super.create(name));
        }

        private final class HangingAppender extends ForwardingAppender {
            HangingAppender(Appender appender) {
                super(appender);
            }

            @Override
            public void force() throws IOException {
                if (isToHang.getCount() == 0) {
                    hangs.countDown();
                    await(end);
                }
                super.force();
            }
        }

        private static void await(CountDownLatch latch) throws IOException {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private Configuration configuration() throws Exception {
        var file = Files.writeString(folder.resolve("node.toml"), """
                [node]
                name = "zone-a"
                zone = "a"
                hostname = "mx-a.example"
                data = "data"
                [[listener]]
                name = "mx"
                role = "mx"
                address = "127.0.0.1:0"
                [[relay-domain]]
                domain = "shop.example"
                """);
        return ConfigurationFile.read(file, Node.installedProviders());
    }

    private static MessageQueue queue(Configuration settings, SegmentStore store, Partitions partitions)
            throws IOException {
        return MessageQueue.open(
                settings.queue(),
                store,
                new DsnWriter(settings.node().hostname(), settings.node().postmaster()),
                InstantSource.system(),
                partitions.tenure(),
                partitions.formerEnding());
    }

    private static SmtpServer server(Configuration settings, MessageQueue queue) throws IOException {
        return SmtpServer.start(
                settings.inbound(),
                new SmtpServer.Surroundings(
                        queue,
                        queue::closedReason,
                        mailbox -> RecipientAnswer.NO_ANSWER,
                        offered -> new ScanOutcome.Unscanned(List.of()),
                        InstantSource.system(),
                        System::nanoTime));
    }

    @Test
    void endsThoughAForceNeverReturnsAndSaysSoAndNobodyHearsA250() throws Exception {
        var settings = configuration();
        var opened = new Opened();
        var closed = new CountDownLatch(1);
        opened.add("the last of all", closed::countDown);
        var ending = new Ending(opened, () -> new Ending.Patience(SHORT, SHORT, SHORT));
        var storage = Storage.open(settings);
        var partitions =
                opened.add("the leases", new Partitions(settings, storage, new StopSignal(), ending::leaseLost));
        PrivateDirectory.make(partitions.directory());
        var store = new HangingStore(storage.segments(partitions.directory()));
        var queue = opened.add("the queue", queue(settings, store, partitions));
        var inbound = opened.add("the SMTP server", server(settings, queue));
        ending.complete(new Ending.Parts(
                inbound::drain,
                most -> true,
                partitions,
                new RunFiles(settings.node().run())));

        var at = inbound.addresses().values().iterator().next();
        store.isToHang.countDown();
        try (var log = new Lines(Ending.class);
                var client = new Socket(at.getAddress(), at.getPort())) {
            var replies = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
            for (var line : List.of("HELO h", "MAIL FROM:<me@example.org>", "RCPT TO:<you@shop.example>", "DATA")) {
                replies.readLine();
                client.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
            }
            assertThat(replies.readLine()).startsWith("354");
            client.getOutputStream().write("a: b\r\n\r\n.\r\n".getBytes(US_ASCII));
            store.hangs.await();

            ending.tellToEnd();

            assertThat(ending.life().awaitStopped(DEADLINE)).isTrue();
            assertThat(partitions.mayAct()).isTrue();
            assertThat(replies.lines()).noneMatch(reply -> reply.startsWith("250"));
            assertThat(log.lines())
                    .containsExactly(
                            "event=alarm what=sessions-cut", "event=alarm what=not-closed part=\"the volume\"");
        } finally {
            store.end.countDown();
            assertThat(closed.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }
}
