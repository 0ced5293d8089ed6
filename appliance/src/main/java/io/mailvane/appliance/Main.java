package io.mailvane.appliance;

import io.mailvane.appliance.cli.Program;
import io.mailvane.appliance.cli.Terminal;

/** Where the program begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // First of all: the JVM's own answer to a signal ends it as if it had failed.
        var stop = Program.listen(arguments);
        System.exit(Program.run(Terminal.of(System.out, System.err, System.getenv()), stop, arguments));
    }
}
