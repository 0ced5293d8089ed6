package io.mailvane.route;

import io.mailvane.reply.Classification;
import io.mailvane.reply.ReplyPhase;

/**
 * A refusal or deferral, understood.
 *
 * @param recipient tells recipients apart
 * @param reply in one line, bounded
 */
public record Heard(Classification meaning, ReplyPhase phase, int recipient, String reply) {}
