package io.mailvane.sandbox;

import java.net.InetAddress;

/**
 * How far a client has come with one recipient.
 *
 * @param client the address that the connection came from
 * @param reversePath empty for the null reverse-path, and before MAIL
 * @param forwardPath empty before RCPT
 */
record Attempt(Phase phase, InetAddress client, String reversePath, String forwardPath) {}
