package io.mailvane.outbound;

import java.util.List;
import java.util.Map;

/** Makes the transports of one type; found by {@link java.util.ServiceLoader} in whatever jar names it. */
public interface TransportProvider {
    /** The {@code type} by which a configuration means it; not one of the built-in ones. */
    String type();

    /**
     * What is wrong with a table of settings, one sentence each; often empty. Nothing is opened or connected.
     *
     * @param settings as in {@link TransportSettings.Plugin#table}, without name, type and connections
     */
    List<String> problems(Map<String, Object> settings);

    /**
     * @param settings a table without problems
     * @param hostname this node's, for protocols that want one
     */
    Transport create(Map<String, Object> settings, String hostname);
}
