package io.mailvane.appliance.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How this program starts itself as another process. */
final class OwnProgram {
    private OwnProgram() {}

    /** The launcher that started us, which knows the JVM's options; else the JVM that we run on. */
    static List<String> command(String command) {
        return Optional.ofNullable(System.getenv("MAILVANE_LAUNCHER"))
                .map(launcher -> List.of(launcher, command))
                .orElseGet(() -> List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.mailvane.appliance.Main",
                        command));
    }

    /** A worker has its own options of the JVM: the node's heap would be too much for each, and its debugger's port is taken. */
    static Map<String, String> environmentOfWorkers() {
        return Map.of(
                "MAILVANE_JAVA_OPTS",
                Optional.ofNullable(System.getenv("MAILVANE_WORKER_JAVA_OPTS")).orElse(""));
    }
}
