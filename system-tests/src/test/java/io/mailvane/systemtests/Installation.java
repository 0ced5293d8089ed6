package io.mailvane.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The packaged program in a folder of its own, as one has it who builds nothing: the launcher, both programs' libraries, what measures. */
record Installation(Path home) {
    private static final List<String> ARCHIVES =
            List.of("appliance/target/mailvane/mailvane.aot", "sandbox/target/sandbox/sandbox.aot");

    /** As after a first start: the JVM's archives are there. */
    static Installation in(Path home) throws IOException {
        var installed = fresh(home);
        for (var archive : ARCHIVES) {
            Files.copy(Shared.INSTALLATION.home.resolve(archive), home.resolve(archive));
        }
        return installed;
    }

    /** One for all who only run the program and look at no file of the installation. */
    static Installation shared() {
        return Shared.INSTALLATION;
    }

    /** Made anew by the first who needs it: an archive belongs to what was built. */
    private static final class Shared {
        private static final Installation INSTALLATION = make();

        private static Installation make() {
            try {
                var made = fresh(emptied(Path.of("target/installed")));
                made.runToItsEnd("--version");
                made.runToItsEnd("sandbox", "--version");
                return made;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException("the program's first start was interrupted", e);
            }
        }

        private static Path emptied(Path folder) throws IOException {
            if (Files.exists(folder)) {
                try (var all = Files.walk(folder)) {
                    for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(each);
                    }
                }
            }
            return folder;
        }
    }

    private void runToItsEnd(String... arguments) throws IOException, InterruptedException {
        Programs.shell(home, String.join(" ", command(Map.of(), arguments)));
    }

    /** The words of a command that runs the launcher on the JDK of the tests. */
    List<String> command(Map<String, String> environment, String... arguments) throws IOException {
        var command = Programs.hearingSignals(environment);
        command.add("MAILVANE_JAVA_HOME=" + System.getProperty("java.home"));
        command.add(home.resolve("mailvane").toRealPath().toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** As before its first start. */
    static Installation fresh(Path home) throws IOException {
        Files.createDirectories(home);
        Files.copy(Path.of("../mailvane").toRealPath(), home.resolve("mailvane"));
        link(home, "appliance/target/mailvane");
        link(home, "sandbox/target/sandbox");
        Files.createSymbolicLink(home.resolve("bench"), Path.of("../bench").toRealPath());
        return new Installation(home);
    }

    private static void link(Path home, String program) throws IOException {
        Files.createSymbolicLink(
                Files.createDirectories(home.resolve(program)).resolve("lib"),
                Path.of("..", program, "lib").toRealPath());
    }

    /** Starts {@code ./mailvane ARGUMENTS}; it writes to the files NAME.out and NAME.err beside the folder. */
    Process start(String name, Map<String, String> environment, String... arguments) throws IOException {
        return new ProcessBuilder(command(environment, arguments))
                .directory(home.toFile())
                .redirectOutput(home.resolveSibling(name + ".out").toFile())
                .redirectError(home.resolveSibling(name + ".err").toFile())
                .start();
    }

    String output(String name) throws IOException {
        return Files.readString(home.resolveSibling(name + ".out"));
    }

    String errors(String name) throws IOException {
        return Files.readString(home.resolveSibling(name + ".err"));
    }
}
