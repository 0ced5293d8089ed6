package io.mailvane.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher's own commands, those that only a checkout has. */
class LauncherIT {
    private static final Path LAUNCHER = Path.of("../mailvane").toAbsolutePath().normalize();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "build --help",
                "test --help",
                "test queue-store --help",
                "prove --help",
                "prove crash --help",
                "bench --help",
                "bench -h",
                "format --help"
            })
    void explainsEveryCommandAndDoesNothing(String line) throws IOException, InterruptedException {
        var process = new ProcessBuilder((LAUNCHER + " " + line).split(" "))
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said)
                .containsIgnoringCase("usage: mailvane " + line.split(" ")[0])
                .doesNotContain("Building");
    }
}
