package io.mailvane.queue;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.QueueId;
import java.time.Instant;

/**
 * A message that may not leave before its scan. Its content is {@link MessageQueue#received}.
 *
 * @param client as {@link MessageDetail#client}
 * @param size octets of the content as it came
 */
public record ToScan(QueueId id, Envelope envelope, String client, Instant received, long size) {}
