package io.mailvane.outbound;

import java.util.Optional;

/**
 * How one next hop is spoken to.
 *
 * @param hostname what EHLO says
 * @param credentials said only over TLS that verified
 */
record SmtpClientSettings(
        String hostname,
        TlsMode tls,
        TlsContexts contexts,
        Optional<TransportSettings.Credentials> credentials,
        Timeouts timeouts) {}
