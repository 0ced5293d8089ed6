package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WireIT {
    @TempDir
    Path directory;

    /** A client that says STARTTLS and nothing more. */
    @Test
    void saysThatTheHandshakeTookTooLong() throws Exception {
        var certificate = TestCertificate.make(directory, "EC");
        var context = PemTls.context(certificate.certificate(), certificate.key());
        var now = new AtomicLong();
        long step = Limits.DEFAULT.commandTimeout().toNanos() + 1;
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(listening.getInetAddress(), listening.getLocalPort());
                var wire = new Wire(listening.accept(), ServerKit.mx(), Limits.DEFAULT, () -> now.addAndGet(step))) {
            client.setSoTimeout(10_000);
            var handshake = new FutureTask<>(() -> {
                wire.startTls(context);
                return client;
            });
            Thread.ofVirtual().start(handshake);
            await().until(() -> {
                wire.endOverdue();
                return handshake.isDone();
            });
            assertThatThrownBy(handshake::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(SSLException.class)
                    .hasMessage("the handshake took too long");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }
}
