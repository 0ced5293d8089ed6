package io.mailvane.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * What a sandbox is started with.
 *
 * @param directory for its run folder and its maildirs
 * @param blacklists the origins of the blacklist zones, at least one
 * @param zoneFiles master files of further zones
 */
record SandboxSettings(Path directory, Ports ports, List<String> blacklists, List<Path> zoneFiles) {
    /** Ports on loopback; 0 for any free one. */
    record Ports(int dns, int blacklist, int mx, int smarthost, int control) {}

    SandboxSettings {
        blacklists = List.copyOf(blacklists);
        zoneFiles = List.copyOf(zoneFiles);
    }
}
