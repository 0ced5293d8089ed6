package io.mailvane.appliance.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What was found in one file: what is wrong, and which settings are in force. One thread at a time. */
final class Findings {
    private final Path file;
    private final List<At> found = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private final Map<String, String> inForce = new LinkedHashMap<>();
    private final Map<String, String> told = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();

    private record At(int line, String text) {}

    private record Place(int line, String shown) {}

    Findings(Path file) {
        this.file = file;
    }

    void add(int line, String text) {
        found.add(new At(line, text));
    }

    /** A fault of a setting as it is read. */
    void refuse(int line, String setting, String text) {
        refused.add(setting);
        add(line, text);
    }

    /** Remembers where a setting stands first, for those who find fault with it later and know its path alone. */
    void place(String setting, int line, String shown) {
        places.putIfAbsent(setting, new Place(line, shown));
    }

    /**
     * A fault of a setting that was read before, or of one that is not there. Of one that was refused as it was read, nothing more
     * is told: it would be the same in other words.
     */
    void addAt(String setting, String reason) {
        if (refused.contains(setting)) {
            return;
        }
        var place = places.get(setting);
        if (place == null) {
            add(lines.getOrDefault(setting, 1), setting + ": " + reason);
        } else {
            add(place.line(), setting + " = " + place.shown() + ": " + reason);
        }
    }

    /**
     * Remembers what holds for a setting, given or not, as it may be shown.
     *
     * @param line of the setting, or of the table that lacks it
     */
    void inForce(String setting, int line, String shown) {
        inForce.put(setting, shown);
        lines.put(setting, line);
        told.put(
                setting,
                file + ":" + line + ": " + setting + (places.containsKey(setting) ? " = " : ", not given and so ")
                        + shown);
    }

    /** A setting that was read, whose value holds and is hardly meant. */
    void warn(String setting, String reason) {
        warnings.add(Objects.requireNonNull(told.get(setting)) + ": " + reason);
    }

    /** Every setting that was asked for, in that order, and the warnings as they were found. */
    Configuration.AsRead asRead() {
        return new Configuration.AsRead(inForce, told, warnings);
    }

    boolean clean() {
        return found.isEmpty();
    }

    /** Every problem in the order of the file. */
    List<String> problems() {
        return found.stream()
                .sorted(Comparator.comparingInt(At::line))
                .map(at -> file + ":" + at.line() + ": " + at.text())
                .distinct()
                .toList();
    }
}
