package io.mailvane.appliance.web;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Another node that is watched.
 *
 * @param name as it calls itself
 * @param url where its pages are; a path at its end is kept
 * @param tokenFile read anew at each pull, since a node writes a new token at each start
 */
public record PeerSettings(String name, URI url, Optional<Path> tokenFile) {

    /** Why it cannot be watched like this; empty if it can. Off loopback no token may travel in clear text. */
    public Optional<String> problem() {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            return Optional.of("peer " + name + ": url must be http://HOST:PORT or https://HOST:PORT");
        }
        if (url.getUserInfo() != null || url.getQuery() != null || url.getFragment() != null) {
            return Optional.of("peer " + name + ": url holds no user, query or fragment");
        }
        if (LoopbackName.matches(url.getHost())) {
            return Optional.empty();
        }
        if (scheme.equals("http")) {
            return Optional.of("peer " + name + ": url must be https:// for a host beyond loopback");
        }
        return tokenFile.isEmpty()
                ? Optional.of("peer " + name + ": token-file is needed for a host beyond loopback")
                : Optional.empty();
    }

    URI snapshot() {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "api/v1/node/snapshot");
    }
}
