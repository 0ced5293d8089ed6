package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The compiled {@code force-shim.c} and its log. */
final class ForceShim {
    private final Path library;
    private final Path log;

    private ForceShim(Path library, Path log) {
        this.library = library;
        this.log = log;
    }

    /** Compiles the shim; the test is skipped where there is no gcc. */
    static ForceShim compile(Path directory) throws IOException, InterruptedException {
        Programs.need("gcc");
        var source = directory.resolve("force-shim.c");
        try (var resource = Objects.requireNonNull(ForceShim.class.getResourceAsStream("force-shim.c"))) {
            Files.copy(resource, source);
        }
        var library = directory.resolve("force-shim.so");
        var gcc = new ProcessBuilder(
                        "gcc",
                        "-O2",
                        "-Wall",
                        "-Werror",
                        "-shared",
                        "-fPIC",
                        "-o",
                        library.toString(),
                        source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        return new ForceShim(library, directory.resolve("shim.log"));
    }

    void preloadInto(Map<String, String> environment) {
        environment.put("LD_PRELOAD", library.toString());
        environment.put("SHIM_LOG", log.toString());
    }

    /** What happened so far, oldest first. */
    List<String> events() throws IOException {
        return Files.readAllLines(log);
    }

    /** Cuts every segment to what the last successful force covered: what a power loss may leave. */
    void cutToForced(Path queue) throws IOException {
        var forced = new HashMap<String, Long>();
        for (var event : events()) {
            var words = event.split(" ");
            if (words[0].equals("forced")) {
                forced.put(words[1], Long.valueOf(words[2]));
            }
        }
        try (var files = Files.list(queue)) {
            for (var file : files.filter(f -> f.toString().endsWith(".segment")).toList()) {
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(forced.getOrDefault(file.getFileName().toString(), 0L));
                }
            }
        }
    }
}
