package io.mailvane.scanning;

import io.mailvane.scanning.WorkerSettings.Access;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;

/** Asks one worker. Any number of threads. */
final class WorkerClient implements AutoCloseable {
    private static final int SHOWN = 200;

    private final URI worker;
    private final Access access;
    private final Exchange exchange;

    /** @param worker {@code http://HOST:PORT}, {@code https://...} with mutual TLS */
    WorkerClient(URI worker, Access access) {
        this.worker = worker;
        this.access = access;
        this.exchange = new Exchange(access.tls());
    }

    /** @throws IOException if it gives no answer that can be understood by the deadline */
    WorkerAnswer scan(ScanRequest request, Deadline deadline) throws IOException, InterruptedException {
        try (var upload = new Upload(ScanWire.head(request.transaction()), request)) {
            var post = to(ScanWire.SCAN)
                    .header(ScanWire.WITHIN, Long.toString(deadline.left().toMillis()))
                    .POST(upload.publisher())
                    .build();
            var answer = exchange.send(post, deadline);
            return switch (answer.status()) {
                case ScanWire.OK -> new WorkerAnswer.Said(ScanWire.verdict(answer.body()));
                case ScanWire.NO_ROOM -> new WorkerAnswer.NoRoom();
                case ScanWire.FAILED -> new WorkerAnswer.Failed(text(answer));
                default -> throw new IOException("the worker answered " + answer.status() + " " + text(answer));
            };
        }
    }

    /** @throws IOException if it gives no answer that can be understood by the deadline */
    WorkerStatus status(Deadline deadline) throws IOException, InterruptedException {
        var answer = exchange.send(to(ScanWire.STATUS).GET().build(), deadline);
        if (answer.status() != ScanWire.OK) {
            throw new IOException("the worker answered " + answer.status());
        }
        return ScanWire.status(answer.body());
    }

    private HttpRequest.Builder to(String path) {
        var request = HttpRequest.newBuilder(worker.resolve(path));
        access.secret().ifPresent(token -> request.header("Authorization", WorkerHandler.bearer(token)));
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
