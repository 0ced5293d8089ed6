package io.mailvane.appliance.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the queue page shows.
 *
 * @param form what was filtered by; "" where nothing was
 * @param first the query of the first page; empty if this is it
 * @param next the query of the next page
 * @param states all that a filter can name
 */
public record QueuePage(
        PageHead head,
        CountsAnswer counts,
        List<MessageRow> messages,
        Map<String, String> form,
        Optional<String> first,
        Optional<String> next,
        List<String> states) {
    /** Whether anything was asked for but all that waits. */
    public boolean filtered() {
        return form.values().stream().anyMatch(value -> !value.isEmpty());
    }
}
