package io.mailvane.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        var ended = launch(line, Map.of());

        assertThat(ended.status()).as(ended.said()).isZero();
        assertThat(ended.said())
                .containsIgnoringCase("usage: mailvane " + line.split(" ")[0])
                .doesNotContain("Building");
    }

    /** The one it was told of, and no other that it would find by itself. */
    @ParameterizedTest
    @CsvSource({"17.0.13, is Java 17", "1.8.0_432, is Java 1", "'', is no JDK 25"})
    void refusesAJdkThatIsTooOld(String version, String reason, @TempDir Path jdk) throws Exception {
        Files.createFile(
                Files.createDirectory(jdk.resolve("bin")).resolve("java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(jdk.resolve("release"), version.isEmpty() ? "" : "JAVA_VERSION=\"" + version + "\"\n");

        var ended = launch("build", Map.of("MAILVANE_JAVA_HOME", jdk.toString()));

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.said()).startsWith("mailvane: MAILVANE_JAVA_HOME=" + jdk + " " + reason);
    }

    private record Ended(int status, String said) {}

    private static Ended launch(String line, Map<String, String> environment) throws IOException, InterruptedException {
        var builder = new ProcessBuilder((LAUNCHER + " " + line).split(" ")).redirectErrorStream(true);
        builder.environment().putAll(environment);
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }
}
