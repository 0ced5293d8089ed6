package io.mailvane.systemtests;

import io.mailvane.inbound.InboundSettings;
import io.mailvane.inbound.Limits;
import io.mailvane.inbound.RecipientAnswer;
import io.mailvane.inbound.Recipients;
import io.mailvane.inbound.SmtpServer;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The SMTP edge before a queue on disk, and nothing behind it: a process that can be killed and whose disk can fail. It
 * is not the packaged node; what is proved with it is proved of smtp-inbound and queue-store.
 */
final class EdgeProgram {
    private EdgeProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var queue = MessageQueue.open(
                EdgeProcess.SETTINGS,
                new FileSegmentStore(Path.of(arguments[0])),
                occasion -> Optional.empty(),
                InstantSource.system());
        var server = SmtpServer.start(
                settings(),
                new SmtpServer.Surroundings(
                        queue,
                        queue::closedReason,
                        mailbox -> RecipientAnswer.NO_ANSWER,
                        InstantSource.system(),
                        System::nanoTime));
        System.out.println(
                "READY " + Objects.requireNonNull(server.addresses().get("mx")).getPort());
        new CountDownLatch(1).await();
    }

    private static InboundSettings settings() {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new InboundSettings(
                "mx.test",
                List.of(new InboundSettings.Listener("mx", InboundSettings.Role.MX, any, Optional.empty())),
                new InboundSettings.Policy(List.of(), Map.of("shop.example", new Recipients.Any()), Optional.empty()),
                Limits.DEFAULT);
    }
}
