package io.mailvane.outbound;

import java.net.InetAddress;
import java.util.Optional;

/**
 * How one next hop is spoken to.
 *
 * @param hostname what EHLO says
 * @param credentials said only over TLS that verified
 * @param local the address that connections are made from; empty: the host's own choice
 */
record SmtpClientSettings(
        String hostname,
        TlsMode tls,
        TlsContexts contexts,
        Optional<TransportSettings.Credentials> credentials,
        Timeouts timeouts,
        Optional<InetAddress> local) {}
