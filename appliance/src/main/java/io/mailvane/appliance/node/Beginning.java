package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.mail.Secret;
import io.mailvane.outbound.TransportProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a node begins with.
 *
 * @param file of the configuration
 * @param token of the node that it follows in this process; absent: it makes one
 */
record Beginning(
        Path file,
        Configuration configuration,
        List<TransportProvider> providers,
        StopSignal stop,
        Optional<Secret> token) {
    Beginning {
        providers = List.copyOf(providers);
    }
}
