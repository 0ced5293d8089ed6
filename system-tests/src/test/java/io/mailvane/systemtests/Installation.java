package io.mailvane.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The packaged program in a folder of its own, as one has it who builds nothing: the launcher and both programs' libraries. */
record Installation(Path home) {
    static Installation in(Path home) throws IOException {
        Files.createDirectories(home);
        Files.copy(Path.of("../mailvane").toRealPath(), home.resolve("mailvane"));
        link(home, "appliance/target/mailvane");
        link(home, "sandbox/target/sandbox");
        return new Installation(home);
    }

    private static void link(Path home, String program) throws IOException {
        Files.createSymbolicLink(
                Files.createDirectories(home.resolve(program)).resolve("lib"),
                Path.of("..", program, "lib").toRealPath());
    }

    /** Starts {@code ./mailvane ARGUMENTS}; it writes to the files NAME.out and NAME.err beside the folder. */
    Process start(String name, Map<String, String> environment, String... arguments) throws IOException {
        var command = Programs.hearingSignals(environment);
        command.add("./mailvane");
        command.addAll(java.util.List.of(arguments));
        var builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectOutput(home.resolveSibling(name + ".out").toFile())
                .redirectError(home.resolveSibling(name + ".err").toFile());
        builder.environment().put("MAILVANE_JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    String output(String name) throws IOException {
        return Files.readString(home.resolveSibling(name + ".out"));
    }

    String errors(String name) throws IOException {
        return Files.readString(home.resolveSibling(name + ".err"));
    }
}
