package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a running node cannot change: a reload that would is refused, so that file and node never differ unseen. */
final class Restart {
    /** The tables that a reload takes over. */
    private static final Set<String> LIVE =
            Set.of("relay", "relay-domain", "transport", "direct", "smarthost", "source", "dnsbl", "routing");

    /** And these of other tables. */
    private static final Set<String> LIVE_SETTINGS = Set.of("scan.no-worker", "scan.deadline");

    private Restart() {}

    /**
     * A problem for each setting that differs and needs a restart: where it stands in {@code file}, and what is in force. One
     * that is not given may follow another, as the postmaster follows the first relay domain.
     */
    static List<String> neededFor(Path file, Configuration running, Configuration changed) {
        var settings = new LinkedHashSet<>(running.inForce().keySet());
        settings.addAll(changed.inForce().keySet());
        return settings.stream()
                .filter(setting ->
                        !LIVE.contains(setting.replaceFirst("\\..*", "")) && !LIVE_SETTINGS.contains(setting))
                .filter(setting -> differs(setting, running.inForce(), changed.inForce()))
                .map(setting -> changed.asRead().told().getOrDefault(setting, file + ":1: " + setting + ", gone")
                        + ": a change of it needs a restart; in force is "
                        + running.inForce().getOrDefault(setting, "none"))
                .toList();
    }

    private static boolean differs(String setting, Map<String, String> running, Map<String, String> changed) {
        return !Objects.equals(running.get(setting), changed.get(setting));
    }
}
