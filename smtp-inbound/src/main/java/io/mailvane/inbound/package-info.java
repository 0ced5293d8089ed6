/**
 * The SMTP server: wire, session, policy and limits. It decides whether mail is taken, not where it goes, and says 250 only
 * after the queue has forced it. Begin with {@link io.mailvane.inbound.SmtpServer}, then read
 * {@code Connection}, one virtual thread's life.
 */
@NullMarked
package io.mailvane.inbound;

import org.jspecify.annotations.NullMarked;
