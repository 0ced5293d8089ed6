/**
 * How mail leaves: next hop and route at each attempt, transports behind one seam, the SMTP client, outcomes and DSNs.
 * When a message is due is the queue's business, not ours. Begin with {@link io.mailvane.outbound.OutboundRouter}, then
 * {@link io.mailvane.outbound.Transport}.
 */
@NullMarked
package io.mailvane.outbound;

import org.jspecify.annotations.NullMarked;
