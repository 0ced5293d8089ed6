package io.mailvane.dnsbl;

import java.util.Map;

/**
 * What was asked since the start.
 *
 * @param answers about our addresses, by list and class
 * @param seconds all of them together took, by list
 * @param faults of our own, each an alarm in the log
 */
public record MonitorStats(Map<String, Map<AnswerClass, Long>> answers, Map<String, Double> seconds, long faults) {
    public MonitorStats {
        answers = Map.copyOf(answers);
        seconds = Map.copyOf(seconds);
    }
}
