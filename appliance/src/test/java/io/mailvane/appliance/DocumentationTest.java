package io.mailvane.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.config.ConfigurationFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/operations.md} names what there is, and nothing else. */
class DocumentationTest {
    private static final Path CHECKOUT = Path.of("..");
    private static final Path OPERATIONS = CHECKOUT.resolve("docs/operations.md");

    /** Every table once, with what it requires. */
    private static final String LEAST = """
            [node]
            name = "n"
            hostname = "h.example"
            data = "DATA"
            [[listener]]
            name = "x"
            role = "mx"
            address = "127.0.0.1:0"
            [[peer]]
            name = "x"
            url = "http://127.0.0.1:1"
            [[relay-domain]]
            domain = "x"
            [[transport]]
            name = "x"
            type = "smtp"
            hosts = ["h"]
            [[transport]]
            name = "y"
            type = "maildir"
            [[smarthost]]
            name = "z"
            host = "h"
            [[source]]
            name = "w"
            local = "127.0.0.11"
            public = "203.0.113.11"
            [[dnsbl.list]]
            id = "x"
            zone = "bl.test"
            weight = 100
            codes = { "127.0.0.2" = "listed" }
            """;

    private static final Set<String> REQUIRED = Set.of(
            "node.name",
            "node.hostname",
            "node.data",
            "listener.name",
            "listener.role",
            "listener.address",
            "peer.name",
            "peer.url",
            "relay-domain.domain",
            "transport.name",
            "transport.type",
            "transport.hosts",
            "smarthost.name",
            "smarthost.host",
            "source.name",
            "source.local",
            "source.public",
            "dnsbl.list.id",
            "dnsbl.list.zone",
            "dnsbl.list.weight",
            "dnsbl.list.codes");

    /** What the log may be asked for: the closed list of the contract. */
    private static final Set<String> EVENTS = Set.of(
            "attempt",
            "session",
            "transaction",
            "settled",
            "held",
            "listing",
            "route-change",
            "worker",
            "lease",
            "alarm");

    @TempDir
    Path folder;

    @Test
    void namesEverySettingWithItsDefault() throws Exception {
        var documented = table("## Settings");
        assertThat(documented.replace("node.postmaster", "`\"postmaster@x\"`"))
                .isEqualTo("`postmaster@` the first relay domain, else the hostname");
        assertThat(documented.replace("source.helo", "`\"h.example\"`")).isEqualTo("the hostname");
        documented.replaceAll((key, text) -> text.replace("`", ""));
        assertThat(documented).isEqualTo(settings());
    }

    private Map<String, String> settings() throws Exception {
        var file = Files.writeString(folder.resolve("node.toml"), LEAST);
        var settings = new TreeMap<String, String>();
        ConfigurationFile.read(file, List.of()).inForce().forEach((path, value) -> {
            var key = path.replaceFirst("^((dnsbl\\.)?[a-z-]+)\\.[w-z]\\.", "$1.");
            settings.putIfAbsent(key, REQUIRED.contains(key) ? "required" : value.replace(folder + "/", ""));
        });
        return settings;
    }

    @Test
    void namesEveryAlarm() {
        assertThat(table("### Alarms").keySet()).isEqualTo(inCode("field\\(\"what\", \"([^\"]+)\"\\)"));
    }

    @Test
    void namesEveryEventOfTheClosedList() {
        // One of two events may be chosen where the line is made.
        var made = inCode("LogLine\\s*\\.event\\(((?:[^()]|\\([^()]*\\))*)\\)");
        var events = Pattern.compile("\"([a-z-]{2,})\"")
                .matcher(String.join("\n", made))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(table("## Log").keySet()).isEqualTo(events);
        assertThat(EVENTS).containsAll(events);
    }

    /** First cell without its quotes, and second. */
    private static Map<String, String> table(String heading) {
        var rows = new TreeMap<String, String>();
        var row = Pattern.compile("^\\| `([^`]+)` \\| (.*?) \\|.*$");
        read(OPERATIONS)
                .lines()
                .dropWhile(line -> !line.equals(heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"))
                .map(row::matcher)
                .filter(matcher -> matcher.matches())
                .forEach(matcher -> rows.put(matcher.group(1), matcher.group(2)));
        return rows;
    }

    private static Set<String> inCode(String expression) {
        var pattern = Pattern.compile(expression);
        var found = new TreeSet<String>();
        mainSources()
                .forEach(file -> pattern.matcher(read(file)).results().forEach(match -> found.add(match.group(1))));
        return found;
    }

    private static List<Path> mainSources() {
        try (var files = Files.walk(CHECKOUT)) {
            return files.filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
