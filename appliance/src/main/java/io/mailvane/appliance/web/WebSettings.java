package io.mailvane.appliance.web;

import io.mailvane.mail.Secret;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** Every reason why no server can be started with these; none if one can. */
    public List<String> problems() {
        var problems = new ArrayList<String>();
        if (address.isUnresolved()) {
            problems.add("http address: " + address.getHostString() + " is not an address of this host");
        }
        Set<String> names = new HashSet<>();
        for (var peer : peers) {
            peer.problem().ifPresent(problems::add);
            if (!names.add(peer.name())) {
                problems.add("peer " + peer.name() + ": the name is used twice");
            }
        }
        return List.copyOf(problems);
    }
}
