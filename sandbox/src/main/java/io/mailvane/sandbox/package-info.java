/**
 * The world around the sample nodes, as a program of its own on loopback: name servers with a blacklist among their zones, a
 * foreign MX and a smarthost, each of which can be told to misbehave while it runs. No node links it and it links nothing of
 * a node, so that what the samples show was said over real sockets. {@link io.mailvane.sandbox.Sandbox} shows its parts,
 * {@link io.mailvane.sandbox.NameService} how a question is answered, {@link io.mailvane.sandbox.SmtpSession} how mail is taken.
 */
@NullMarked
package io.mailvane.sandbox;

import org.jspecify.annotations.NullMarked;
