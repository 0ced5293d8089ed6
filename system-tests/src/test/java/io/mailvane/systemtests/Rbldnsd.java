package io.mailvane.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Debian's rbldnsd with a blacklist of ours: one zone for IPv4 and IPv6. It sees by itself that its files change. */
final class Rbldnsd implements AutoCloseable {
    /** Without $NS: who asks for the zone's name servers finds none, and keeps to the resolver. */
    private static final String HEAD = """
            $SOA 1 ns.%1$s hostmaster.%1$s 0 1h 1h 1h 1
            $TTL 1
            127.0.0.2 :127.0.0.2:The test entry
            """;

    private final Path folder;
    private final String zone;
    private final int port;
    private DnsServer server;

    private Rbldnsd(Path folder, String zone, int port, DnsServer server) {
        this.folder = folder;
        this.zone = zone;
        this.port = port;
        this.server = server;
    }

    /** Lists nothing but the test entry. Who runs it as root opens the way to the folder: it serves as a user of its own. */
    static Rbldnsd start(Path folder, String zone) throws IOException {
        Programs.need("rbldnsd");
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        write(folder.resolve("ipv4"), HEAD.formatted(zone));
        write(folder.resolve("ipv6"), "");
        int port = DnsServer.unusedPort();
        return new Rbldnsd(folder, zone, port, serve(folder, zone, port));
    }

    private static DnsServer serve(Path folder, String zone, int port) throws IOException {
        var command = "rbldnsd -n -4 -b 127.0.0.1/%1$d -c 1s %2$s:ip4set:ipv4 %2$s:ip6trie:ipv6".formatted(port, zone);
        return DnsServer.start(folder, command, " started (");
    }

    int port() {
        return port;
    }

    /** Beside the test entry; each as {@code ADDRESS :CODE:TEXT}. */
    void listIpv4(String... entries) throws IOException {
        write(folder.resolve("ipv4"), HEAD.formatted(zone) + lines(entries));
    }

    void listIpv6(String... entries) throws IOException {
        write(folder.resolve("ipv6"), "$TTL 1\n" + lines(entries));
    }

    private static String lines(String... entries) {
        return String.join("\n", List.of(entries)) + "\n";
    }

    /** In one step: it never reads half a file. */
    private static void write(Path file, String content) throws IOException {
        var next = Files.writeString(file.resolveSibling("next"), content);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Kill -9. */
    void kill() {
        server.close();
    }

    /** On the same port. */
    void startAgain() throws IOException {
        server = serve(folder, zone, port);
    }

    @Override
    public void close() {
        kill();
    }
}
