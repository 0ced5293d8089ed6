package io.mailvane.appliance.web;

import io.mailvane.mail.Secret;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * What the web server is told.
 *
 * @param address port 0 means any free one
 * @param token whoever shows it may operate the node; not blank
 * @param tls present: HTTPS alone is spoken
 */
public record WebSettings(InetSocketAddress address, Secret token, Optional<SSLContext> tls, List<PeerSettings> peers) {
    public WebSettings {
        peers = List.copyOf(peers);
        if (token.reveal().isBlank()) {
            throw new IllegalArgumentException("the token is blank");
        }
    }
}
