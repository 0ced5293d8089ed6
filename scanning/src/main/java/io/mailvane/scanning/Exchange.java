package io.mailvane.scanning;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** One request and its whole answer by a deadline, over HTTP/1.1. Any number of threads, each of which waits. */
final class Exchange implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** What no honest peer answers more than; it is held in memory. */
    private static final int ANSWER_MOST = 1 << 20;

    private final HttpClient client;

    /** @param tls what a peer beyond loopback is asked for and shown; for https alone */
    Exchange(Optional<SSLContext> tls) {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .executor(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("scan-client").factory()));
        tls.ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    record Answer(int status, byte[] body) {}

    /**
     * Sends and waits. A request that is given up is cancelled: nothing of it goes on.
     *
     * @throws IOException if there is no whole answer by the deadline, whatever the reason
     */
    Answer send(HttpRequest request, Deadline deadline) throws IOException, InterruptedException {
        deadline.check();
        var handler = BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_MOST);
        var coming = client.sendAsync(request, handler);
        try {
            HttpResponse<byte[]> response = coming.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            throw Deadline.missed(e);
        } catch (ExecutionException e) {
            throw broken(e);
        } finally {
            coming.cancel(true);
        }
    }

    /** What broke on another thread, as if it had broken on this one. */
    static IOException broken(ExecutionException e) {
        var cause = Objects.requireNonNullElse(e.getCause(), e);
        var message =
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
        return new IOException(message, cause);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
