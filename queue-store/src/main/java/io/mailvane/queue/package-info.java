/**
 * The durable queue of one node: what was accepted, until each recipient's outcome is written. It knows no SMTP, no DNS and
 * no HTTP, nor who delivers. Begin with {@link io.mailvane.queue.MessageQueue}, then read how it writes.
 */
@NullMarked
package io.mailvane.queue;

import org.jspecify.annotations.NullMarked;
