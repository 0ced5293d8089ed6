package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class CommandsTest {
    private static final CommandLine PROGRAM =
            Program.commands(Terminal.of(new ByteArrayOutputStream(), new ByteArrayOutputStream(), Map.of()), "--help");

    @Test
    void areAllDocumented() throws IOException {
        var table = Files.readAllLines(Path.of("../docs/operations.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split(" \\| ")[0].replaceAll("[`,|]", " "))
                .toList();
        for (var command : Commands.all(PROGRAM)) {
            assertThat(table).as(command).anyMatch(line -> words(line).containsAll(words(command)));
        }
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    @Test
    void describeEveryOptionAndParameter() {
        assertThat(undescribed(PROGRAM)).isEmpty();
    }

    private static List<String> undescribed(CommandLine command) {
        var found = new ArrayList<String>();
        for (ArgSpec argument : command.getCommandSpec().args()) {
            if (argument.description().length == 0) {
                found.add(command.getCommandName() + " " + argument.paramLabel());
            }
        }
        command.getSubcommands().values().forEach(below -> found.addAll(undescribed(below)));
        return found;
    }
}
