package io.mailvane.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code ./mailvane prove zones}: makes the zones, and runs {@link ZonesRound} in the network between them. */
final class ZonesProof {
    private static final int ROUNDS = 3;

    private ZonesProof() {}

    /** Argument: rounds. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS;
        var directory = Files.createTempDirectory("mailvane-zones");
        System.out.println("Making three zones in " + directory + " ...");
        System.exit(run(directory, rounds, ProcessBuilder.Redirect.INHERIT));
    }

    /** @return the exit status of the rounds */
    static int run(Path directory, int rounds, ProcessBuilder.Redirect output)
            throws IOException, InterruptedException {
        var program = Installation.shared().home().toAbsolutePath().toString();
        try (var zones = GlusterZones.up(directory)) {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    ZonesRound.class.getName(),
                    directory.toString(),
                    program,
                    String.valueOf(rounds)));
            return new ProcessBuilder(zones.between(command))
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start()
                    .waitFor();
        }
    }
}
