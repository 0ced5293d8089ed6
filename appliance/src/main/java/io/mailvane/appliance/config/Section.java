package io.mailvane.appliance.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of the file. Whoever reads a key makes it known; {@link #end} finds fault with all others. A wrong value is a
 * problem and reads as its default, so that reading goes on and finds the next one. One thread at a time.
 */
final class Section {
    private static final String ABSENT = "none";

    private final TomlTable table;
    private final String kind;
    private final int line;
    private final Findings findings;
    private String path;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> refused = new HashSet<>();

    Section(TomlTable table, String path, int line, Findings findings) {
        this.table = table;
        this.kind = path;
        this.path = path;
        this.line = line;
        this.findings = findings;
    }

    /** An empty one, for a table that is not there. */
    private Section absent(String name) {
        return new Section(Toml.parse(""), pathOf(name), line, findings);
    }

    <T> Optional<T> get(String key, Reading<T> reading) {
        var read = read(key, reading);
        findings.inForce(pathOf(key), lineOf(key), read.map(Shown::inForce).orElse(ABSENT));
        return read;
    }

    <T> T get(String key, Reading<T> reading, T ifAbsent) {
        var value = read(key, reading).orElse(ifAbsent);
        findings.inForce(pathOf(key), lineOf(key), Shown.inForce(value));
        return value;
    }

    /** A key whose meaning somebody else knows. */
    void opaque(String key) {
        var value = raw(key);
        if (value != null) {
            findings.inForce(pathOf(key), lineOf(key), Shown.given(key, value));
        }
    }

    /** @param ifWrong stands in when the key is missing, so that reading goes on; the configuration is refused anyway */
    <T> T need(String key, Reading<T> reading, T ifWrong) {
        if (raw(key) == null) {
            findings.add(line, pathOf(key) + ": is missing");
        }
        return get(key, reading, ifWrong);
    }

    /**
     * What tells this table from others of its kind; a second one of that name is a problem. Where it is missing or wrong,
     * the table is known by what stands there, or by its place, so that what else is wrong with it is told of it too.
     *
     * @param taken has it afterwards if it is right
     */
    String name(String key, Reading<String> reading, Set<String> taken) {
        var name = need(key, reading, "");
        if (name.isEmpty()) {
            return path.substring(kind.length() + 1);
        }
        called(name);
        if (!taken.add(name)) {
            problem(key, "is used twice");
        }
        return name;
    }

    private <T> Optional<T> read(String key, Reading<T> reading) {
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

    private @Nullable Object raw(String key) {
        known.add(key);
        var value = table.get(List.of(key));
        if (value != null) {
            findings.place(pathOf(key), lineOf(key), Shown.given(key, value));
        }
        return value;
    }

    /** The table of that name; an empty one if there is none. */
    Section section(String name) {
        known.add(name);
        var value = table.get(List.of(name));
        if (value instanceof TomlTable inner) {
            return new Section(inner, pathOf(name), lineOf(name), findings);
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
                    sections.add(new Section(inner, pathOf(name), lineOf(array.inputPositionOf(i)), findings)
                            .called(givenName(inner, i)));
                }
            }
        }
        if (sections.isEmpty() || !(value instanceof TomlArray array) || sections.size() < array.size()) {
            problem(name, "must be tables: [[" + pathOf(name) + "]]");
        }
        return sections;
    }

    /** The second without a name is {@code #2}. */
    private static String givenName(TomlTable inner, int index) {
        return Stream.of("name", "domain", "id")
                .map(key -> inner.get(List.of(key)))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("#" + (index + 1));
    }

    /** One of several is known by what names it: {@code relay-domain.shop.example}. */
    private Section called(String name) {
        path = kind + "." + name;
        return this;
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
        findings.refuse(
                lineOf(key),
                pathOf(key),
                pathOf(key) + (value == null ? "" : " = " + Shown.given(key, value)) + ": " + reason);
    }

    /** Of a key that was read: its value holds, and is hardly meant. */
    void warn(String key, String reason) {
        findings.warn(pathOf(key), reason);
    }

    /** A fault of the whole table. */
    void problem(String reason) {
        findings.add(line, path + ": " + reason);
    }

    /** A key that the program knows, but this version does not do. */
    void refuse(String key) {
        refused.add(key);
        if (has(key)) {
            problem(key, "is not in this version");
        }
    }

    /** Lets every other key be: what they mean is not known, because of a problem that was found already. */
    void endUnread() {
        known.addAll(table.keySet());
    }

    /** Finds fault with every key that nobody read. */
    void end() {
        for (var key : table.keySet()) {
            if (!known.contains(key) && !refused.contains(key)) {
                problem(key, "unknown key" + Nearest.orAll(key, known));
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
}
