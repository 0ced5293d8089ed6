package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that do not keep to what one expects of a kept connection. */
class ExchangeIT {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger connections = new AtomicInteger();
    private final Queue<Future<String>> peers = new ConcurrentLinkedQueue<>();
    private ServerSocket listening;
    private Exchange exchange;

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        exchange = new Exchange(URI.create("http://127.0.0.1:" + listening.getLocalPort()), Optional.empty());
    }

    @AfterEach
    void stop() throws IOException {
        exchange.close();
        listening.close();
        threads.shutdownNow();
    }

    @FunctionalInterface
    private interface Peer {
        void serve(Socket socket, BufferedReader in) throws Exception;
    }

    private void serve(Peer peer) {
        peers.add(threads.submit(() -> {
            while (!listening.isClosed()) {
                var socket = listening.accept();
                connections.incrementAndGet();
                peers.add(threads.submit(() -> {
                    try (socket) {
                        peer.serve(
                                socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)));
                    }
                    return "served";
                }));
            }
            return "closed";
        }));
    }

    /** @return whether there was one */
    private static boolean readRequest(BufferedReader in) throws IOException {
        var line = in.readLine();
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        return line != null;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static ClassicHttpRequest get() {
        return new BasicClassicHttpRequest(Method.GET, "/");
    }

    private String ask(Deadline deadline) throws IOException, InterruptedException {
        return new String(exchange.send(ExchangeIT::get, deadline).body(), US_ASCII);
    }

    @Test
    void keepsAConnectionForTheNextRequest() throws Exception {
        serve((socket, in) -> {
            while (readRequest(in)) {
                say(socket, ANSWER);
            }
        });
        assertThat(List.of(ask(Scans.soon()), ask(Scans.soon()), ask(Scans.soon())))
                .containsOnly("ok");
        assertThat(connections).hasValue(1);
    }

    @Test
    void asksOnceMoreOverAnotherConnectionWhereTheKeptOneWasClosed() throws Exception {
        serve((socket, in) -> {
            readRequest(in);
            say(socket, ANSWER);
        });
        assertThat(ask(Scans.soon())).isEqualTo("ok");
        assertThat(ask(Scans.soon())).isEqualTo("ok");
        assertThat(connections).hasValue(2);
    }

    @Test
    void givesUpAnAnswerThatTricklesBeyondTheDeadline() throws Exception {
        var ended = new CountDownLatch(1);
        serve((socket, in) -> {
            readRequest(in);
            say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            assertThat(in.read()).isNegative();
            ended.countDown();
        });
        var brief = Deadline.in(Duration.ofMillis(300), System::nanoTime);
        assertThatIOException().isThrownBy(() -> ask(brief)).withMessage("no answer in time");
        ended.await();
    }

    @Test
    void failsWhatIsUnderWayWhenItIsClosed() throws Exception {
        var asked = new CountDownLatch(1);
        serve((socket, in) -> {
            readRequest(in);
            asked.countDown();
            in.read();
        });
        var asking = threads.submit(() -> ask(Scans.soon()));
        asked.await();
        exchange.close();
        assertThat(asking)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .withCauseInstanceOf(IOException.class);
    }

    /** A worker that is taken away may be asked at that moment: another is to be asked then, so it is no fault. */
    @Test
    void asksNobodyOnceItIsClosed() {
        serve((socket, in) -> {
            readRequest(in);
            say(socket, ANSWER);
        });
        exchange.close();
        assertThatIOException().isThrownBy(() -> ask(Scans.soon())).withMessage("it is no longer asked");
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        listening.close();
        assertThatIOException().isThrownBy(() -> ask(Scans.soon())).isInstanceOf(Exchange.UnreachedException.class);
    }
}
