package io.mailvane.appliance.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** What the program can be told. */
final class Commands {
    private Commands() {}

    /** Every command that is not hidden, as it is typed: {@code queue list}. */
    static List<String> all(CommandLine program) {
        var all = new ArrayList<String>();
        program.getSubcommands().forEach((name, command) -> {
            if (!command.getCommandSpec().usageMessage().hidden()) {
                all.add(name);
                Commands.all(command).forEach(below -> all.add(name + " " + below));
            }
        });
        return all;
    }
}
