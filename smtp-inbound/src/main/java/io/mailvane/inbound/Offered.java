package io.mailvane.inbound;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.QueueId;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.function.Supplier;

/**
 * A message whose content is there and whose client waits for the reply; it may be looked at before it is taken.
 *
 * @param id its queue id, if it comes to that
 * @param helo what the client called itself; empty if it did not
 * @param size octets of the content as it came
 * @param content from its first octet each time; each is closed before the look ends
 */
public record Offered(
        QueueId id, String helo, InetAddress client, Envelope envelope, long size, Supplier<InputStream> content) {}
