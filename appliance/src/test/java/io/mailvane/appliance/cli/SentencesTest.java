package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SentencesTest {
    static Stream<Arguments> exceptions() {
        var unresolved = new ConnectException();
        unresolved.initCause(new ConnectException().initCause(new UnresolvedAddressException()));
        return Stream.of(
                Arguments.of(new FileAlreadyExistsException("a"), "a: something else is there"),
                Arguments.of(new NotDirectoryException("a"), "a: is no directory"),
                Arguments.of(new UncheckedIOException(new IOException("no space")), "no space"),
                Arguments.of(unresolved, "no address is known of this name"),
                Arguments.of(new ConnectException(), "the connection is refused"),
                Arguments.of(new ConnectException("Connection timed out"), "Connection timed out"));
    }

    @ParameterizedTest
    @MethodSource("exceptions")
    void areMadeOfWhatTheJdkLeavesToAClassName(Exception e, String sentence) {
        assertThat(Sentences.of(e)).isEqualTo(sentence);
    }
}
