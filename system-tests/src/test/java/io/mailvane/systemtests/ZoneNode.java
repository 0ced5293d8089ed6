package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node of the packaged program in a zone, on the mount it has there; it delivers to maildirs of its own. */
final class ZoneNode implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final int SMTP = 2525;
    private static final int HTTP = 8025;

    private final GlusterZones zones;
    private final Installation program;
    private final String zone;
    private final Path directory;

    private ZoneNode(GlusterZones zones, Installation program, String zone) {
        this.zones = zones;
        this.program = program;
        this.zone = zone;
        this.directory = zones.home(zone).resolve("node");
    }

    /** Configures it and starts it. */
    static ZoneNode start(GlusterZones zones, Installation program, String zone) throws IOException {
        var node = new ZoneNode(zones, program, zone);
        Files.createDirectories(node.directory);
        Files.writeString(node.directory.resolve("node.toml"), node.configuration());
        node.launch();
        return node;
    }

    private String configuration() {
        return """
            [node]
            name = "zone-%1$s"
            zone = "%1$s"
            hostname = "mx-%1$s.example"
            data = "data"
            [queue]
            volume = "%2$s"
            segment-size = "4MiB"
            lease-term = "20s"
            retry = ["1s"]
            [storage]
            type = "glusterfs"
            low-space = "64MiB"
            interval = "1s"
            force-interval = "1s"
            gluster = { interval = "5s" }
            [[listener]]
            name = "mx"
            role = "mx"
            address = "%3$s:%4$d"
            [http]
            address = "127.0.0.1:%5$d"
            [dns]
            resolvers = ["127.0.0.1:9"]
            """.formatted(zone, zones.home(zone).resolve("volume"), host(), SMTP, HTTP)
                + NodeFile.toMaildir("shop.example");
    }

    private String host() {
        return "10.77.0." + (zone.charAt(0) - 'a' + 1);
    }

    InetSocketAddress smtp() {
        return new InetSocketAddress(InetAddress.ofLiteral(host()), SMTP);
    }

    Path directory() {
        return directory;
    }

    /** Starts it again after a {@link #kill}. */
    void launch() throws IOException {
        Files.deleteIfExists(directory.resolve("data/run/node.json"));
        var command = new ArrayList<>(List.of("env", "-C", directory.toString()));
        command.addAll(program.command(Map.of(), "run", "--config", "node.toml"));
        new ProcessBuilder(zones.in(zone, command))
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("err").toFile()))
                .start();
        await().atMost(DEADLINE).until(this::isReady);
    }

    private boolean isReady() throws IOException {
        return Files.readString(directory.resolve("out")).contains("READY ")
                && Files.exists(directory.resolve("data/run/node.json"));
    }

    void kill() throws IOException, InterruptedException {
        signal("KILL");
    }

    void signal(String name) throws IOException, InterruptedException {
        var announced = new ObjectMapper()
                .readTree(directory.resolve("data/run/node.json").toFile());
        zones.say("in_zone", zone, "kill", "-" + name, announced.path("pid").asText());
    }

    /** The answer of a path that may be read without a token; a missing node while nobody answers. */
    JsonNode get(String path) throws IOException, InterruptedException {
        var command = zones.in(zone, List.of("curl", "-s", "-m", "10", "http://127.0.0.1:" + HTTP + path));
        return new ObjectMapper().readTree(Programs.output(Path.of("."), String.join(" ", command) + " || true"));
    }

    /** Whether it takes mail, on a volume that is well. */
    boolean isWell() throws IOException, InterruptedException {
        var node = get("/api/v1/node");
        return node.path("state").asText().equals("accepting")
                && node.path("volume").path("state").asText().equals("healthy");
    }

    /** Whether it acts for the partition of another zone. */
    boolean actsFor(String other) throws IOException, InterruptedException {
        for (var partition : get("/api/v1/node").path("partitions")) {
            if (partition.path("name").asText().equals("zone-" + other)) {
                return true;
            }
        }
        return false;
    }

    String volumeState() throws IOException, InterruptedException {
        return get("/api/v1/node").path("volume").path("state").asText();
    }

    void awaitVolume(String state) {
        await().atMost(DEADLINE).until(() -> volumeState().equals(state));
    }

    int queued() throws IOException, InterruptedException {
        return get("/api/v1/queue/counts").path("messages").path("total").asInt(-1);
    }

    String errors() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a node was killed", e);
        }
    }
}
