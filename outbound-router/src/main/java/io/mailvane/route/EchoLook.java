package io.mailvane.route;

import java.net.InetSocketAddress;

/**
 * A receiver that is to be asked at which address it sees a source of ours.
 *
 * @param permit of the source, at the receiver's provider
 */
public record EchoLook(Permit permit, InetSocketAddress host) {}
