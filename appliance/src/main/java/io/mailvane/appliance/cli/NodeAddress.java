package io.mailvane.appliance.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a client command is told which node it means, and how it prints. */
final class NodeAddress {
    @Option(names = "--url", paramLabel = "URL", description = "The node's pages, such as http://127.0.0.1:8025")
    private @Nullable String url;

    @Option(names = "--token-file", paramLabel = "FILE", description = "The node's DATA/run/admin.token")
    private @Nullable Path tokenFile;

    @Option(names = "--config", paramLabel = "FILE", description = "The node's configuration, instead of both")
    private @Nullable Path config;

    @Option(names = "--json", description = "Prints the REST answer")
    private boolean json;

    boolean json() {
        return json;
    }

    Optional<String> url() {
        return Optional.ofNullable(url);
    }

    Optional<Path> tokenFile() {
        return Optional.ofNullable(tokenFile);
    }

    Optional<Path> config() {
        return Optional.ofNullable(config);
    }
}
