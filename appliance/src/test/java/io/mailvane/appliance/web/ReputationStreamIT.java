package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server-sent events of the reputation page, read as a browser reads them. */
class ReputationStreamIT {
    @TempDir
    Path folder;

    private WebKit web;

    @BeforeEach
    void start() throws IOException {
        web = new WebKit(folder);
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
    }

    @Test
    void sendsItsReadersAwayWhenTheServerEnds() throws Exception {
        var request = web.request(ReputationStream.PATH).build();
        try (var client = HttpClient.newHttpClient();
                var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body();
                var events = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
            assertThat(events.readLine()).isEqualTo("retry: 2000");

            web.close();

            // A connection that is cut in the midst of an answer would be an exception here.
            assertThat(events.lines()).last().isEqualTo("");
        }
    }
}
