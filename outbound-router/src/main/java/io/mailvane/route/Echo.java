package io.mailvane.route;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * At which address a receiver sees us.
 *
 * @param seen our address, as it says
 * @param host who says so
 */
public record Echo(InetAddress seen, InetSocketAddress host) {}
