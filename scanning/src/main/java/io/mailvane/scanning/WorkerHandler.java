package io.mailvane.scanning;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpServerRequestHandler;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a worker answers. Any number of threads. */
final class WorkerHandler implements HttpServerRequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerHandler.class);

    private final WorkerSettings settings;
    private final Engines engines;
    private final WorkerGate gate;
    private final LongSupplier nanoTime;

    WorkerHandler(WorkerSettings settings, Engines engines, WorkerGate gate, LongSupplier nanoTime) {
        this.settings = settings;
        this.engines = engines;
        this.gate = gate;
        this.nanoTime = nanoTime;
    }

    @Override
    public void handle(ClassicHttpRequest request, ResponseTrigger answers, HttpContext context)
            throws HttpException, IOException {
        if (!isAllowed(request)) {
            answer(answers, ScanWire.UNAUTHORIZED, error("no token"));
            return;
        }
        switch (request.getMethod() + " " + request.getPath()) {
            case "GET " + ScanWire.STATUS -> answer(answers, ScanWire.OK, gate.status());
            case "POST " + ScanWire.SCAN -> enter(request, answers);
            default -> answer(answers, ScanWire.NOT_FOUND, error("there is /scan and /status"));
        }
    }

    private boolean isAllowed(ClassicHttpRequest request) {
        return settings.access().secret().map(token -> shows(request, token)).orElse(true);
    }

    /** In the same time for every wrong token. */
    private static boolean shows(ClassicHttpRequest request, Secret token) {
        return MessageDigest.isEqual(
                field(request, "Authorization").orElse("").getBytes(StandardCharsets.UTF_8),
                bearer(token).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> field(ClassicHttpRequest request, String name) {
        return Optional.ofNullable(request.getFirstHeader(name)).map(Header::getValue);
    }

    static String bearer(Secret token) {
        return "Bearer " + token.reveal();
    }

    private void enter(ClassicHttpRequest request, ResponseTrigger answers) throws HttpException, IOException {
        if (!gate.enter()) {
            answer(answers, ScanWire.NO_ROOM, gate.status());
            return;
        }
        try {
            var answer = scanMakingRoom(request);
            answer(answers, answer.status(), answer.body());
        } finally {
            gate.leave();
        }
    }

    private record Answer(int status, Object body) {}

    /** Whatever becomes of the scan, its room is another's when it has ended. */
    private Answer scanMakingRoom(ClassicHttpRequest request) {
        try {
            return scan(request);
        } finally {
            gate.ended();
        }
    }

    private Answer scan(ClassicHttpRequest request) {
        try {
            var deadline = deadline(request);
            var body = body(request);
            var transaction = ScanWire.transaction(body);
            try (var spool = Spool.of(body, settings.spool())) {
                return new Answer(
                        ScanWire.OK, engines.scan(new ScanRequest(transaction, spool.size(), spool), deadline));
            }
        } catch (ScanException e) {
            return new Answer(ScanWire.FAILED, error(String.valueOf(e.getMessage())));
        } catch (IOException | NumberFormatException e) {
            return new Answer(ScanWire.BAD_REQUEST, error(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(ScanWire.FAILED, error("the worker ends"));
        } catch (RuntimeException e) {
            LOG.error("{}", LogLine.event("alarm").field("what", "worker-fault"), e);
            return new Answer(ScanWire.FAILED, error("fault"));
        }
    }

    private static InputStream body(ClassicHttpRequest request) throws IOException {
        return request.getEntity() == null
                ? InputStream.nullInputStream()
                : request.getEntity().getContent();
    }

    private Deadline deadline(ClassicHttpRequest request) {
        var longest = Deadline.in(settings.longest(), nanoTime);
        return field(request, ScanWire.WITHIN)
                .map(millis -> longest.within(Duration.ofMillis(Long.parseLong(millis))))
                .orElse(longest);
    }

    private static Map<String, String> error(String text) {
        return Map.of("error", text);
    }

    private void answer(ResponseTrigger answers, int status, Object body) throws HttpException, IOException {
        var load = gate.status();
        var answer = new BasicClassicHttpResponse(status);
        answer.setHeader(ScanWire.IN_FLIGHT, Integer.toString(load.inFlight()));
        answer.setHeader(ScanWire.CAPACITY, Integer.toString(load.capacity()));
        answer.setEntity(new ByteArrayEntity(ScanWire.json(body), ContentType.APPLICATION_JSON));
        answers.submitResponse(answer);
    }
}
