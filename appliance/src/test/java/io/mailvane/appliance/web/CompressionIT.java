package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.Overlay;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long texts travel compressed to who takes them so, and say so. */
class CompressionIT {
    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private WebKit web;

    @BeforeEach
    void start() throws Exception {
        web = new WebKit(folder);
    }

    @AfterEach
    void stop() throws Exception {
        client.shutdownNow();
        web.close();
    }

    private HttpResponse<byte[]> get(String path, String accepted) throws Exception {
        var request = web.request(path).header("Accept-Encoding", accepted).build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/queue", "/reputation", "/style.css", "/live.js", "/api/v1/reputation", "/openapi.json"})
    void whatIsUnpackedIsWhatOthersGet(String path) throws Exception {
        var packed = get(path, "br, gzip;q=0.8");
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(packed.headers().firstValue("Vary")).contains("Accept-Encoding");
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(web.get(path).body());
        }
    }

    @Test
    void aMetricsScrapeIsPackedToo() throws Exception {
        assertThat(get("/metrics", "gzip").headers().firstValue("Content-Encoding"))
                .contains("gzip");
    }

    @ParameterizedTest
    @CsvSource({"/healthz, gzip", "/readyz, gzip", "/, identity", "/, 'gzip;q=0'", "/, 'br, deflate'"})
    void whatIsShortOrNotTakenSoGoesAsItIs(String path, String accepted) throws Exception {
        var plain = get(path, accepted);
        assertThat(plain.headers().firstValue("Content-Encoding")).isEqualTo(Optional.empty());
        assertThat(new String(plain.body(), StandardCharsets.UTF_8))
                .isEqualTo(web.get(path).body());
    }

    @Test
    void theLargestPageIsSmall() throws Exception {
        web.reputation.reputation = SampleReputation.many(64, 40, CellState.CLEAN, Overlay.UNKNOWN, SteppedClock.START);
        assertThat(List.of(get("/reputation", "gzip").body().length)).allMatch(octets -> octets < 50_000);
    }
}
