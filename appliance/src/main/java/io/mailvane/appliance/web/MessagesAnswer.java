package io.mailvane.appliance.web;

import java.util.List;
import java.util.Optional;

/**
 * {@code /api/v1/queue}: a page of messages by ascending queue id.
 *
 * @param next the {@code after} of the next page; absent at the end
 */
record MessagesAnswer(List<MessageAnswer> messages, Optional<String> next) {}
