package io.mailvane.appliance;

import io.mailvane.appliance.cli.Program;
import io.mailvane.appliance.cli.Terminal;

/** Where the program begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(Program.run(Terminal.of(System.out, System.err, System.getenv()), arguments));
    }
}
