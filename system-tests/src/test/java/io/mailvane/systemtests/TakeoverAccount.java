package io.mailvane.systemtests;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What became of all mail that got its 250: none lost, none changed, none that a scan finds or that was not scanned, and for each that
 * came again what the log says of it.
 */
final class TakeoverAccount {
    private static final Pattern EVENT = Pattern.compile("ts=(\\S+) level=\\S+ event=(\\S+) ?(.*)");
    private static final Pattern FIELD = Pattern.compile("([a-z-]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|\\S+)");
    private static final String CLEAN = "\r\nX-Mailvane-Scan: builtin=clean";
    /** Who writes to the log does so a moment after. */
    private static final Duration LOGGED = Duration.ofSeconds(1);

    private final List<Line> log;
    private final Map<String, List<Witness.Copy>> delivered;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Integer> causes = new TreeMap<>();

    /** An event of a node's log. */
    private record Line(Instant at, String event, Map<String, String> fields) {
        String of(String field) {
            return fields.getOrDefault(field, "");
        }
    }

    /** Why a message may come once more. */
    private record Cause(Instant at, String what) {}

    TakeoverAccount(List<String> log, List<Witness.Copy> copies) {
        this.log = log.stream()
                .map(TakeoverAccount::parse)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Line::at))
                .toList();
        this.delivered = copies.stream()
                .collect(Collectors.groupingBy(Witness.Copy::qid, LinkedHashMap::new, Collectors.toList()));
    }

    private static Optional<Line> parse(String text) {
        var event = EVENT.matcher(text);
        if (!event.matches()) {
            return Optional.empty();
        }
        var fields = FIELD.matcher(event.group(3))
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2), (one, other) -> one));
        return Optional.of(new Line(Instant.parse(event.group(1)), event.group(2), fields));
    }

    /** What should never be, in a sentence each. */
    List<String> faults() {
        return faults;
    }

    /** How many messages came again, by what the log says of it. */
    Map<String, Integer> causes() {
        return causes;
    }

    int copies() {
        return delivered.values().stream().mapToInt(List::size).sum();
    }

    /** @param accepted the mark of each message that got its 250, by its queue id */
    void check(Map<String, String> accepted, Set<String> quarantined) {
        accepted.forEach((qid, mark) -> checkKept(qid, mark, quarantined));
        delivered.values().stream().flatMap(List::stream).forEach(copy -> checkScanned(copy, accepted));
        var all = causesByMessage();
        delivered.forEach((qid, copies) -> explain(qid, copies, all.getOrDefault(qid, List.of())));
        checkEpochs();
    }

    private void checkKept(String qid, String mark, Set<String> quarantined) {
        if (ZoneLoad.isFound(mark)) {
            if (!quarantined.contains(qid)) {
                faults.add(qid + " was found to be bad after its 250, and is not quarantined");
            }
        } else if (!delivered.containsKey(qid)) {
            faults.add(qid + " got its 250 and is lost" + (quarantined.contains(qid) ? ": quarantined" : ""));
        }
    }

    private void checkScanned(Witness.Copy copy, Map<String, String> accepted) {
        if (!("\r\n" + copy.content()).contains(CLEAN)) {
            faults.add(copy.qid() + " was passed unscanned");
        }
        var mark = accepted.get(copy.qid());
        if (mark != null && !copy.content().endsWith("\r\n" + ZoneLoad.content(mark) + "\r\n")) {
            faults.add(copy.qid() + " is not what was sent");
        }
        if (mark != null && ZoneLoad.isFound(mark)) {
            faults.add(copy.qid() + " is what a scan finds, and was passed");
        }
    }

    private Map<String, List<Cause>> causesByMessage() {
        var all = new TreeMap<String, List<Cause>>();
        for (var line : log) {
            cause(line)
                    .ifPresent(what -> all.computeIfAbsent(line.of("qid"), qid -> new ArrayList<>())
                            .add(new Cause(line.at(), what)));
        }
        return all;
    }

    private static Optional<String> cause(Line line) {
        if (line.event().equals("lease") && line.of("state").equals("in-doubt")) {
            return Optional.of("in doubt");
        }
        if (line.event().equals("attempt") && line.of("reply").contains("the reply to the content was lost")) {
            return Optional.of("reply lost");
        }
        return line.event().equals("alarm") && line.of("what").equals("outcome-not-written")
                ? Optional.of("outcome not written")
                : Optional.empty();
    }

    /** Before each copy but the first there must have been a reason for it that explains no earlier one. */
    private void explain(String qid, List<Witness.Copy> copies, List<Cause> known) {
        for (int again = 1; again < copies.size(); again++) {
            var by = copies.get(again).at().plus(LOGGED);
            if (known.size() < again || known.get(again - 1).at().isAfter(by)) {
                faults.add(String.format(
                        Locale.ROOT,
                        "%s came %d times, at %s: %d reasons are in the log",
                        qid,
                        copies.size(),
                        copies.stream().map(Witness.Copy::at).toList(),
                        known.size()));
                return;
            }
            causes.merge(known.get(again - 1).what(), 1, Integer::sum);
        }
    }

    /** Of a partition each epoch is one process's, and they rise. */
    private void checkEpochs() {
        var last = new TreeMap<String, Long>();
        for (var line : log) {
            var state = line.of("state");
            if (line.event().equals("lease") && (state.equals("taken") || state.equals("adopted"))) {
                long epoch = Long.parseLong(line.of("epoch"));
                var before = last.put(line.of("partition"), epoch);
                if (before != null && epoch <= before) {
                    faults.add("epoch " + epoch + " of " + line.of("partition") + " was taken after " + before);
                }
            }
        }
    }

    /** How often a lease turned to that state, by the log. */
    long leases(String state) {
        return log.stream()
                .filter(line -> line.event().equals("lease") && line.of("state").equals(state))
                .count();
    }
}
