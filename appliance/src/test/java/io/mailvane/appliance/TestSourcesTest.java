package io.mailvane.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rules of {@code CONTRIBUTING.md} about tests, read from the sources: the classes of modules that are built later are
 * not there yet when this runs.
 */
class TestSourcesTest {
    private static final Path CHECKOUT = Path.of("..");

    private static final Pattern TEST_METHOD =
            Pattern.compile("^\\s*@(Test|ParameterizedTest|RepeatedTest)\\b", Pattern.MULTILINE);

    /** {@code Contract} is a suite that implementations inherit: it is not run by itself. */
    private static final Pattern TEST_NAME = Pattern.compile(".*(Test|IT|Contract)\\.java");

    private static final Pattern SLEEP = Pattern.compile("\\b(Thread|TimeUnit\\.\\w+)\\.sleep\\(");

    private static final Pattern TIMED = Pattern.compile("^\\s*@Timeout\\b|\\bassertTimeout\\w*\\(", Pattern.MULTILINE);

    private static final Pattern MOCKS =
            Pattern.compile("^import (static )?(org\\.mockito|org\\.easymock|io\\.mockk)", Pattern.MULTILINE);

    @Test
    void seesTheTestsOfEveryModule() {
        assertThat(testSources())
                .map(file -> CHECKOUT.relativize(file).getName(0).toString())
                .contains("mail-model", "queue-store", "smtp-inbound", "outbound-router", "appliance", "system-tests");
    }

    @Test
    void testClassesEndInTestOrIT() {
        assertThat(sourcesWith(TEST_METHOD))
                .allMatch(file -> TEST_NAME.matcher(file.toString()).matches());
    }

    @Test
    void noTestSleeps() {
        assertThat(sourcesWith(SLEEP)).isEmpty();
    }

    @Test
    void noTestFailsOnTime() {
        assertThat(sourcesWith(TIMED)).isEmpty();
    }

    @Test
    void noTestMocks() {
        assertThat(sourcesWith(MOCKS)).isEmpty();
    }

    private static List<Path> sourcesWith(Pattern sign) {
        return testSources().stream()
                .filter(file -> sign.matcher(read(file)).find())
                .toList();
    }

    private static List<Path> testSources() {
        try (var modules = Files.list(CHECKOUT)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(TestSourcesTest::javaFiles)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
