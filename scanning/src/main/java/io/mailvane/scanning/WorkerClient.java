package io.mailvane.scanning;

import io.mailvane.scanning.WorkerSettings.Access;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/** Asks one worker. Any number of threads. */
final class WorkerClient implements AutoCloseable {
    private static final int SHOWN = 200;

    private final Access access;
    private final Exchange exchange;

    /** @param worker {@code http://HOST:PORT}, {@code https://...} with mutual TLS */
    WorkerClient(URI worker, Access access) {
        this.access = access;
        this.exchange = new Exchange(worker, access.tls());
    }

    /**
     * @throws Exchange.UnreachedException if there is no connection
     * @throws IOException if it gives no answer that can be understood by the deadline
     */
    WorkerAnswer scan(ScanRequest request, Deadline deadline) throws IOException, InterruptedException {
        var upload = new Upload(ScanWire.head(request.transaction()), request);
        var answer = exchange.send(
                () -> {
                    var post = to(Method.POST, ScanWire.SCAN);
                    post.setHeader(
                            ScanWire.WITHIN, Long.toString(deadline.left().toMillis()));
                    post.setEntity(upload);
                    return post;
                },
                deadline);
        return switch (answer.status()) {
            case ScanWire.OK -> new WorkerAnswer.Said(ScanWire.verdict(answer.body()));
            case ScanWire.NO_ROOM -> new WorkerAnswer.NoRoom();
            case ScanWire.FAILED -> new WorkerAnswer.Failed(text(answer));
            default -> throw new IOException("the worker answered " + answer.status() + " " + text(answer));
        };
    }

    /** @throws IOException as {@link #scan} */
    WorkerStatus status(Deadline deadline) throws IOException, InterruptedException {
        var answer = exchange.send(() -> to(Method.GET, ScanWire.STATUS), deadline);
        if (answer.status() != ScanWire.OK) {
            throw new IOException("the worker answered " + answer.status());
        }
        return ScanWire.status(answer.body());
    }

    private ClassicHttpRequest to(Method method, String path) {
        var request = new BasicClassicHttpRequest(method, path);
        access.secret().ifPresent(token -> request.setHeader("Authorization", WorkerHandler.bearer(token)));
        return request;
    }

    private static String text(Exchange.Answer answer) {
        var body = answer.body();
        return new String(body, 0, Math.min(SHOWN, body.length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
