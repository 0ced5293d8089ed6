package io.mailvane.sandbox;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** Where the program begins; the only place that names the machine's terminal and clock. */
public final class SandboxMain {
    private SandboxMain() {}

    public static void main(String[] arguments) {
        var surroundings = new Surroundings(
                System.in,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                System.getenv(),
                InstantSource.system(),
                System::nanoTime);
        System.exit(SandboxCommands.run(surroundings, arguments));
    }
}
