package io.mailvane.appliance;

import io.mailvane.appliance.cli.Program;
import io.mailvane.appliance.cli.Terminal;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Where the program begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(Program.run(Terminal.of(System.out, System.err, System.getenv()), arguments));
    }
}
