package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The chain works with nine jars of the sixty-eight that James declares. The other tests of this module run on them. */
class ClassPathTest {
    private static final String OF_THE_CHAIN =
            "(protocols-|james-|metrics-|guava|failureaccess|listenablefuture|commons-"
                    + "|javax|jakarta|reactive|reactor|netty|geronimo|activation|mailet|apache-|testing-).*";

    @Test
    void holdsTheNineJarsOfTheChainAndNoOther() {
        var jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(jar -> jar.matches(OF_THE_CHAIN));
        assertThat(jars)
                .containsExactlyInAnyOrder(
                        "protocols-smtp-3.8.1.jar",
                        "protocols-api-3.8.1.jar",
                        "james-core-3.8.1.jar",
                        "metrics-api-3.8.1.jar",
                        "james-server-util-3.8.1.jar",
                        "guava-33.8.0-jre.jar",
                        "commons-lang3-3.20.0.jar",
                        "javax.mail-1.6.2.jar",
                        "reactive-streams-1.0.4.jar");
    }
}
