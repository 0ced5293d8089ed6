package io.mailvane.dnsbl;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Counts answers. Any number of threads. */
final class Tally {
    private final Map<String, Map<AnswerClass, Long>> answers = new HashMap<>();
    private final Map<String, Double> seconds = new HashMap<>();
    private long faults;

    synchronized void add(String list, Ask.Heard heard) {
        answers.computeIfAbsent(list, id -> new EnumMap<>(AnswerClass.class))
                .merge(heard.answer().kind(), 1L, Long::sum);
        seconds.merge(list, heard.query().latency().toNanos() / 1e9, Double::sum);
    }

    synchronized void fault() {
        faults++;
    }

    synchronized MonitorStats stats() {
        var copy = new HashMap<String, Map<AnswerClass, Long>>();
        answers.forEach((list, counts) -> copy.put(list, Map.copyOf(counts)));
        return new MonitorStats(copy, seconds, faults);
    }
}
