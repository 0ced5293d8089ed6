package io.mailvane.mail;

/**
 * A next hop, as DSNs name it (RFC 3464 section 2.3.5).
 *
 * @param name a domain name, or an address literal
 */
public record RemoteMta(String name) {}
