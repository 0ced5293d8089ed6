package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerSettingsTest {
    private static final Optional<Path> TOKEN = Optional.of(Path.of("b.token"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://127.0.0.1:8026 | ",
                "http://localhost:8026 | ",
                "http://[::1]:8026 | ",
                "https://b.example | ",
                "http://b.example | 'must be https:// beyond loopback, where a token would be read by others'",
                "http://127.0.0.1.b.example | 'must be https:// beyond loopback, where a token would be read by others'",
                "ftp://b.example | must be http://HOST:PORT or https://HOST:PORT",
                "b.example:8026 | must be http://HOST:PORT or https://HOST:PORT",
                "https://u:p@b.example | 'must hold no user, query or fragment'",
                "https://b.example?x | 'must hold no user, query or fragment'",
            })
    void sendsNoTokenInClearTextBeyondLoopback(String url, String problem) {
        assertThat(new PeerSettings("b", URI.create(url), TOKEN).problem()).isEqualTo(Optional.ofNullable(problem));
    }

    @Test
    void needsATokenBeyondLoopback() {
        assertThat(new PeerSettings("b", URI.create("https://b.example"), Optional.empty()).problem())
                .contains("a host beyond loopback needs a token-file");
    }

    @Test
    void keepsThePathOfAPeerBehindAPrefix() {
        assertThat(new PeerSettings("b", URI.create("https://ops.example/b/"), TOKEN).snapshot())
                .isEqualTo(URI.create("https://ops.example/b/api/v1/node/snapshot"));
    }
}
