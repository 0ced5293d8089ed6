package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A tab of Debian's Chromium without a screen, moved by its DevTools protocol; it keeps its profile in the test's folder. */
final class Browser implements AutoCloseable {
    static final String PROGRAM = "chromium";
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();

    Browser(Path directory) throws IOException, InterruptedException {
        var profile = Files.createDirectories(directory.resolve("profile"));
        process = new ProcessBuilder(List.of(
                        PROGRAM,
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("chromium.log").toFile())
                .start();
        var port = profile.resolve("DevToolsActivePort");
        await().atMost(DEADLINE).until(() -> Files.exists(port) && Files.size(port) > 0);
        socket = http.newWebSocketBuilder()
                .buildAsync(tab(Files.readAllLines(port).getFirst()), new Answers())
                .join();
    }

    private URI tab(String port) throws IOException, InterruptedException {
        var tabs = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        for (var tab : JSON.readTree(tabs.body())) {
            if (tab.path("type").asText().equals("page")) {
                return URI.create(tab.path("webSocketDebuggerUrl").asText());
            }
        }
        throw new IOException("the browser has no tab");
    }

    /** What the browser says; an answer may come in pieces. */
    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
            text.append(piece);
            if (last) {
                complete(text.toString());
                text.setLength(0);
            }
            return WebSocket.Listener.super.onText(from, piece, last);
        }

        private void complete(String answer) {
            try {
                var json = JSON.readTree(answer);
                var waiting = asked.remove(json.path("id").asInt());
                if (waiting != null) {
                    waiting.complete(json.path("result"));
                }
            } catch (IOException e) {
                asked.values().forEach(waiting -> waiting.completeExceptionally(e));
            }
        }
    }

    private JsonNode tell(String method, ObjectNode parameters) throws IOException, InterruptedException {
        int id = number.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        asked.put(id, answer);
        var message =
                JSON.createObjectNode().put("id", id).put("method", method).set("params", parameters);
        socket.sendText(message.toString(), true).join();
        try {
            return answer.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException(method + " had no answer", e);
        }
    }

    /** Pages that are opened from now on run no scripts of their own. */
    void withoutJavaScript() throws IOException, InterruptedException {
        tell("Emulation.setScriptExecutionDisabled", JSON.createObjectNode().put("value", true));
    }

    void resize(int width, int height) throws IOException, InterruptedException {
        tell(
                "Emulation.setDeviceMetricsOverride",
                JSON.createObjectNode()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", true));
    }

    /** As a reader's finger does. */
    void press(Key key) throws IOException, InterruptedException {
        for (var type : new String[] {"rawKeyDown", "char", "keyUp"}) {
            if (type.equals("char") && key.text().isEmpty()) {
                continue;
            }
            tell(
                    "Input.dispatchKeyEvent",
                    JSON.createObjectNode()
                            .put("type", type)
                            .put("key", key.name())
                            .put("code", key.name())
                            .put("text", key.text())
                            .put("windowsVirtualKeyCode", key.code()));
        }
    }

    /** @param text what it types; empty if nothing */
    record Key(String name, int code, String text) {
        static final Key TAB = new Key("Tab", 9, "");
        static final Key ENTER = new Key("Enter", 13, "\r");
        static final Key ESCAPE = new Key("Escape", 27, "");
    }

    /** The whole page, however long. */
    void picture(Path png) throws IOException, InterruptedException {
        var shot = tell(
                "Page.captureScreenshot",
                JSON.createObjectNode().put("format", "png").put("captureBeyondViewport", true));
        Files.write(png, Base64.getDecoder().decode(shot.path("data").asText()));
    }

    /** As a reader who likes it dark. */
    void dark() throws IOException, InterruptedException {
        var parameters = JSON.createObjectNode();
        parameters
                .putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", "dark");
        tell("Emulation.setEmulatedMedia", parameters);
    }

    void open(String url) throws IOException, InterruptedException {
        tell("Page.navigate", JSON.createObjectNode().put("url", url));
        await().atMost(DEADLINE)
                .until(() -> evaluate("location.href === '" + url + "' && document.readyState === 'complete'")
                        .asBoolean());
    }

    /** The value of an expression of JavaScript in the page; ours runs also where the page's own does not. */
    JsonNode evaluate(String expression) throws IOException, InterruptedException {
        return tell(
                        "Runtime.evaluate",
                        JSON.createObjectNode().put("expression", expression).put("returnByValue", true))
                .path("result")
                .path("value");
    }

    /** What a reader sees. */
    String text() throws IOException, InterruptedException {
        return evaluate("document.body.innerText").asText();
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
