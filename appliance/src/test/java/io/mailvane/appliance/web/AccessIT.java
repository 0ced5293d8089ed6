package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may ask what, over a socket, since no well-behaved client sends these header sections. */
class AccessIT {
    private static final String RIGHT = "Authorization: Bearer " + WebKit.TOKEN;

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

    /** RIGHT stands for the token's field. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / | Host: 127.0.0.1 | 200",
                "GET / | Host: localhost:8025 | 200",
                "GET / | Host: [::1]:8025 | 200",
                "HEAD / | Host: localhost | 200",
                "GET /api/v1/node | Host: localhost | 200",
                "GET / | Host: rebound.example | 401",
                "GET / | Host: 127.0.0.1.rebound.example | 401",
                "GET / | Host: localhost;X-Forwarded-For: 192.0.2.1 | 401",
                "GET / | Host: localhost;Via: 1.1 proxy | 401",
                "GET /healthz | Host: rebound.example | 200",
                "GET /readyz | Host: rebound.example | 200",
                "GET / | Host: rebound.example;RIGHT | 200",
                "GET / | Host: localhost;Authorization: Bearer wrong | 401",
                "GET / | Host: localhost;Authorization: Basic YTpi | 401",
                "GET / | Host: localhost;RIGHT;RIGHT | 401",
                "GET /healthz | Host: localhost;Authorization: Bearer wrong | 401",
                "POST /api/v1/node/drain | Host: localhost | 401",
                "POST /api/v1/queue/delete | Host: localhost | 401",
                "POST /reputation | Host: localhost | 401",
                "POST /reputation/addresses/a1 | Host: localhost | 401",
                "POST /reputation/addresses/a1/drain | Host: localhost | 401",
                "DELETE / | Host: localhost | 401",
                "POST /api/v1/node/drain | Host: localhost;RIGHT | 202",
                "GET http://localhost/ | Host: localhost | 400",
                "GET / | X-None: | 400",
                "GET / | Host: a b | 400",
                "GET / | Host: localhost;Host: localhost | 400",
            })
    void answers(String request, String fields, int status) throws IOException {
        assertThat(ask(request, fields.replace("RIGHT", RIGHT).replace(";", "\r\n")))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /healthz | X-None: | 200",
                "GET / | X-None: | 401",
                "GET / | RIGHT | 200",
                "GET / | Host: localhost | 200",
                "GET / | Host: a b | 400",
            })
    void answersHttp10WhichNeedsNoHost(String request, String fields, int status) throws IOException {
        assertThat(ask(request, "HTTP/1.0", fields.replace("RIGHT", RIGHT))).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void refusesForgedPostsWithoutDoingAnything() throws IOException {
        ask("POST /api/v1/node/drain", "Host: localhost\r\nOrigin: http://localhost");
        assertThat(web.drains).hasValue(0);
    }

    @Test
    void saysInARefusalWhatIsNeeded() throws IOException {
        assertThat(ask("POST /api/v1/node/drain", "Host: localhost"))
                .containsIgnoringCase("WWW-Authenticate: Bearer realm=\"mailvane\"")
                .containsIgnoringCase("Content-Type: application/problem+json")
                .endsWith("{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
                        + "\"detail\":\"this needs the node's token: Authorization: Bearer TOKEN\"}");
    }

    @Test
    void letsNoPageRunOrLoadAnythingForeign() throws IOException {
        assertThat(ask("GET /", "Host: localhost"))
                .containsIgnoringCase(
                        "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
                                + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
                .containsIgnoringCase("X-Content-Type-Options: nosniff")
                .containsIgnoringCase("Referrer-Policy: no-referrer");
    }

    /** No fault of ours, of which somebody would be woken. */
    @Test
    void aBodyWhoseChunksAreNoneIsABadRequest() throws IOException {
        assertThat(answer("POST /api/v1/queue/hold HTTP/1.1\r\nHost: localhost\r\n" + RIGHT
                        + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("the body cannot be read: invalid chunk length");
    }

    private String ask(String request, String fields) throws IOException {
        return ask(request, "HTTP/1.1", fields);
    }

    private String ask(String request, String protocol, String fields) throws IOException {
        return answer(
                request + " " + protocol + "\r\n" + fields + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    private String answer(String text) throws IOException {
        var address = web.server.address();
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            // The server would wait for the rest of a request that it could not read to its end.
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
