package io.mailvane.appliance.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the queue page shows.
 *
 * @param form what was filtered by; "" where nothing was
 * @param next the query of the next page
 * @param states all that a filter can name
 */
public record QueuePage(
        PageHead head,
        CountsAnswer counts,
        List<MessageAnswer> messages,
        Map<String, String> form,
        Optional<String> next,
        List<String> states) {}
