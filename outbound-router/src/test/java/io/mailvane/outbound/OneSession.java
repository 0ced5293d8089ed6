package io.mailvane.outbound;

import java.util.List;
import java.util.Map;

/** A plug-in without settings that is its own transport and only session: what is left to say is what a delivery comes to. */
abstract class OneSession implements TransportProvider, Transport, Transport.Session {
    private final String type;

    OneSession(String type) {
        this.type = type;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public List<String> problems(Map<String, Object> settings) {
        return List.of();
    }

    @Override
    public Transport create(Map<String, Object> settings, String hostname) {
        return this;
    }

    @Override
    public Session open() {
        return this;
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
