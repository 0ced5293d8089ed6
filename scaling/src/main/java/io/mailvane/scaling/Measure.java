package io.mailvane.scaling;

import java.time.Duration;

/**
 * What is known of the work, beside the workers.
 *
 * @param arrived messages to scan that came so far; only grows
 * @param service what a scan takes, as of late; zero before the first
 * @param running scans that run
 * @param backlog messages that wait for their scan
 * @param backlogAge for how long the oldest of them has waited
 */
public record Measure(long arrived, Duration service, int running, long backlog, Duration backlogAge) {}
