package io.mailvane.appliance.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of the file. Whoever reads a key makes it known; {@link #end} finds fault with all others. A wrong value is a
 * problem and reads as its default, so that reading goes on and finds the next one. One thread at a time.
 */
final class Section {
    private final TomlTable table;
    private final String path;
    private final int line;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();

    Section(TomlTable table, String path, int line, Problems problems) {
        this.table = table;
        this.path = path;
        this.line = line;
        this.problems = problems;
    }

    /** An empty one, for a table that is not there. */
    private Section absent(String name) {
        return new Section(org.tomlj.Toml.parse(""), pathOf(name), line, problems);
    }

    <T> Optional<T> get(String key, Reading<T> reading) {
        var value = raw(key);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(reading.read(value));
        } catch (IllegalArgumentException e) {
            problem(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    <T> T get(String key, Reading<T> reading, T ifAbsent) {
        return get(key, reading).orElse(ifAbsent);
    }

    /** @param ifWrong stands in when the key is missing, so that reading goes on; the configuration is refused anyway */
    <T> T need(String key, Reading<T> reading, T ifWrong) {
        if (raw(key) == null) {
            problems.add(line, pathOf(key) + ": is missing");
        }
        return get(key, reading, ifWrong);
    }

    private @Nullable Object raw(String key) {
        known.add(key);
        var value = table.get(List.of(key));
        if (value != null) {
            problems.place(pathOf(key), lineOf(key), shown(value));
        }
        return value;
    }

    /** The table of that name; an empty one if there is none. */
    Section section(String name) {
        known.add(name);
        var value = table.get(List.of(name));
        if (value instanceof TomlTable inner) {
            return new Section(inner, pathOf(name), lineOf(name), problems);
        }
        if (value != null) {
            problem(name, "must be a table: [" + pathOf(name) + "]");
        }
        return absent(name);
    }

    /** The tables {@code [[name]]}, in the order of the file. */
    List<Section> sections(String name) {
        known.add(name);
        var value = table.get(List.of(name));
        if (value == null) {
            return List.of();
        }
        var sections = new ArrayList<Section>();
        if (value instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof TomlTable inner) {
                    sections.add(new Section(
                            inner, pathOf(name) + calledBy(inner), lineOf(array.inputPositionOf(i)), problems));
                }
            }
        }
        if (sections.isEmpty()) {
            problem(name, "must be tables: [[" + pathOf(name) + "]]");
        }
        return sections;
    }

    /** One of several is known by what names it: {@code relay-domain.shop.example}. */
    private static String calledBy(TomlTable inner) {
        var name = inner.get(List.of("name"));
        var called = name == null ? inner.get(List.of("domain")) : name;
        return called instanceof String text ? "." + text : "";
    }

    boolean has(String key) {
        return table.contains(List.of(key));
    }

    Set<String> keys() {
        return table.keySet();
    }

    TomlTable table() {
        return table;
    }

    void problem(String key, String reason) {
        var value = table.get(List.of(key));
        problems.add(lineOf(key), pathOf(key) + (value == null ? "" : " = " + shown(value)) + ": " + reason);
    }

    /** A fault of the whole table. */
    void problem(String reason) {
        problems.add(line, path + ": " + reason);
    }

    /** A key that the program knows, but this version does not do. */
    void refuse(String key) {
        known.add(key);
        if (has(key)) {
            problem(key, "is not in this version");
        }
    }

    /** Finds fault with every key that nobody read. */
    void end() {
        for (var key : table.keySet()) {
            if (!known.contains(key)) {
                problem(key, "unknown key" + Nearest.hint(key, known));
            }
        }
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private int lineOf(String key) {
        return lineOf(table.inputPositionOf(List.of(key)));
    }

    private int lineOf(@Nullable TomlPosition position) {
        return position == null ? line : position.line();
    }

    private static String shown(Object value) {
        return switch (value) {
            case String text -> '"' + text + '"';
            case TomlArray array ->
                array.toList().stream().map(Section::shown).collect(Collectors.joining(", ", "[", "]"));
            case TomlTable inner -> "{...}";
            default -> value.toString();
        };
    }
}
