package io.mailvane.appliance.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was found wrong in one file. One thread at a time. */
final class Problems {
    private final Path file;
    private final List<At> found = new ArrayList<>();
    private final Map<String, Place> places = new HashMap<>();

    private record At(int line, String text) {}

    private record Place(int line, String shown) {}

    Problems(Path file) {
        this.file = file;
    }

    void add(int line, String text) {
        found.add(new At(line, text));
    }

    /** Remembers where a setting stands, for those who find fault with it later and know its path alone. */
    void place(String setting, int line, String shown) {
        places.put(setting, new Place(line, shown));
    }

    /** A fault of a setting that was read before, or of one that is not there. */
    void addAt(String setting, String reason) {
        var place = places.get(setting);
        if (place == null) {
            add(1, setting + ": " + reason);
        } else {
            add(place.line(), setting + " = " + place.shown() + ": " + reason);
        }
    }

    boolean none() {
        return found.isEmpty();
    }

    List<String> lines() {
        return found.stream()
                .sorted(Comparator.comparingInt(At::line))
                .map(at -> file + ":" + at.line() + ": " + at.text())
                .distinct()
                .toList();
    }
}
