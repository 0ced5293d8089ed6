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
                "http://b.example | peer b: url must be https:// for a host beyond loopback",
                "http://127.0.0.1.b.example | peer b: url must be https:// for a host beyond loopback",
                "ftp://b.example | peer b: url must be http://HOST:PORT or https://HOST:PORT",
                "b.example:8026 | peer b: url must be http://HOST:PORT or https://HOST:PORT",
                "https://u:p@b.example | 'peer b: url holds no user, query or fragment'",
                "https://b.example?x | 'peer b: url holds no user, query or fragment'",
            })
    void sendsNoTokenInClearTextBeyondLoopback(String url, String problem) {
        assertThat(new PeerSettings("b", URI.create(url), TOKEN).problem()).isEqualTo(Optional.ofNullable(problem));
    }

    @Test
    void needsATokenBeyondLoopback() {
        assertThat(new PeerSettings("b", URI.create("https://b.example"), Optional.empty()).problem())
                .contains("peer b: token-file is needed for a host beyond loopback");
    }

    @Test
    void keepsThePathOfAPeerBehindAPrefix() {
        assertThat(new PeerSettings("b", URI.create("https://ops.example/b/"), TOKEN).snapshot())
                .isEqualTo(URI.create("https://ops.example/b/api/v1/node/snapshot"));
    }
}
