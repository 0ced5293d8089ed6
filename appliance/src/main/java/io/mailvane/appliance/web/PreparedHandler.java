package io.mailvane.appliance.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A handler that is made while the node begins its work already, since to make it takes long; a request that comes sooner
 * waits for it. Any number of threads.
 */
final class PreparedHandler implements HttpHandler {
    private final CompletableFuture<HttpHandler> prepared;

    /** Begins to make it, and returns at once. If that fails, the log says why, and so does every request. */
    PreparedHandler(Supplier<HttpHandler> making) {
        prepared = CompletableFuture.supplyAsync(
                        making, Thread.ofPlatform().daemon().name("pages")::start)
                .whenComplete(PreparedHandler::tell);
    }

    private static void tell(HttpHandler handler, Throwable fault) {
        if (fault != null) {
            Faults.fault(fault);
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        prepared.join().handle(exchange);
    }
}
