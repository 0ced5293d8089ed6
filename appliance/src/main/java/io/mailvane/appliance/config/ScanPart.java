package io.mailvane.appliance.config;

import io.mailvane.appliance.config.ScanSettings.Driver;
import io.mailvane.appliance.config.ScanSettings.Workers;
import io.mailvane.scanning.EngineAddress;
import io.mailvane.scanning.NoWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code [scan]}: by whom mail is scanned, and what becomes of it when nobody can. */
final class ScanPart {
    private static final int MOST_WORKERS = 1000;
    private static final int MOST_SCANS = 1000;
    /** A client waits ten minutes for the reply to its content (RFC 5321 section 4.5.3.2.6), and not every client does. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final Set<String> DRIVERS_TO_COME = Set.of("ec2", "libvirt");
    private static final Workers WORKERS = new Workers(Driver.PROCESS, 0, 2, Duration.ofMinutes(1), 8);

    private final Section scan;

    ScanPart(Section top) {
        this.scan = top.section("scan");
    }

    ScanSettings settings() {
        var noWorker = scan.get(
                "no-worker",
                Reading.word(Map.of(
                        "queue", NoWorker.QUEUE,
                        "tempfail", NoWorker.TEMPFAIL,
                        "pass-marked", NoWorker.PASS_MARKED)),
                NoWorker.QUEUE);
        var settings = new ScanSettings(
                scan.get("engines", Reading.listOf(Reading.of(ScanPart::engine)), List.of()),
                noWorker,
                scan.get("deadline", ScanPart::deadline, Duration.ofMinutes(1)),
                workers(scan.section("workers"), noWorker));
        requireEachOnce(settings.engines());
        scan.end();
        return settings;
    }

    private static String engine(String text) {
        EngineAddress.parse(text);
        return text;
    }

    private static Duration deadline(Object value) {
        var read = Reading.secondsOrMore().read(value);
        if (read.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("must be at most \"5m\": clients do not wait longer");
        }
        return read;
    }

    private void requireEachOnce(List<String> engines) {
        var names =
                engines.stream().map(engine -> engine.replaceFirst("=.*", "")).toList();
        if (names.stream().distinct().count() < names.size()) {
            scan.problem("engines", "must not name one twice");
        }
    }

    /** Where mail does not wait in the queue for a worker to start, one is there before it: else a quiet site never had a scan. */
    private static int least(NoWorker noWorker, int max) {
        return noWorker == NoWorker.QUEUE || max == 0 ? WORKERS.min() : 1;
    }

    private Workers workers(Section section, NoWorker noWorker) {
        var numbers = new Numbers(section);
        var driver = section.get("driver", Reading.of(ScanPart::driver), WORKERS.driver());
        boolean isMaxNamed = section.keys().contains("max");
        int most = numbers.whole("max", 0, MOST_WORKERS, WORKERS.max());
        int min = numbers.whole("min", 0, MOST_WORKERS, least(noWorker, most));
        int max = isMaxNamed ? most : Math.max(min, most);
        var idle = numbers.time("idle", WORKERS.idle());
        int capacity = numbers.whole("capacity", 1, MOST_SCANS, WORKERS.capacity());
        section.end();
        return numbers.checked(WORKERS, () -> new Workers(driver, min, max, idle, capacity));
    }

    private static Driver driver(String text) {
        if (DRIVERS_TO_COME.contains(text)) {
            throw new IllegalArgumentException("is not in this version; known: process");
        }
        return Reading.word(Map.of("process", Driver.PROCESS)).read(text);
    }
}
