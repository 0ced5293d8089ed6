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

    /** Why it cannot be watched at this URL; empty if it can. Off loopback no token may travel in clear text. */
    public Optional<String> problem() {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            return Optional.of("must be http://HOST:PORT or https://HOST:PORT");
        }
        if (url.getUserInfo() != null || url.getQuery() != null || url.getFragment() != null) {
            return Optional.of("must hold no user, query or fragment");
        }
        if (LoopbackName.matches(url.getHost())) {
            return Optional.empty();
        }
        if (scheme.equals("http")) {
            return Optional.of("must be https:// beyond loopback, where a token would be read by others");
        }
        return tokenFile.isEmpty() ? Optional.of("a host beyond loopback needs a token-file") : Optional.empty();
    }

    /** Its host if that is another machine; without the brackets of an IPv6 literal. */
    public Optional<String> remoteHost() {
        return Optional.ofNullable(url.getHost())
                .filter(host -> !LoopbackName.matches(host))
                .map(host -> host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    }

    boolean usesTls() {
        return "https".equalsIgnoreCase(url.getScheme());
    }

    URI snapshot() {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "api/v1/node/snapshot");
    }
}
