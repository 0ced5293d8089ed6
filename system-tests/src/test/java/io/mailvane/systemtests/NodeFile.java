package io.mailvane.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes {@code node.toml}: a node on free ports. A relay domain's transport has the name of its first label. */
final class NodeFile {
    /** A port at which no resolver answers. */
    private static final int NOBODY = 9;

    private NodeFile() {}

    /** Mail for shop.example goes to {@code directory/maildir}. */
    static void maildir(Path directory) throws IOException {
        write(directory, toMaildir("shop.example"));
    }

    /** As {@link #maildir}, but mail is taken and kept. */
    static void keeping(Path directory) throws IOException {
        write(directory, toMaildir("shop.example"), "[queue]\ndeliver = false\n");
    }

    /** A relay domain whose mail goes to {@code maildir} beside the file. */
    static String toMaildir(String domain) {
        return toTransport(domain, "type = \"maildir\"\npath = \"maildir\"\n");
    }

    /** A relay domain whose mail goes to a host on loopback. */
    static String toHost(String domain, int port) {
        return toTransport(domain, "type = \"smtp\"\nhosts = [\"127.0.0.1:" + port + "\"]\ntls = \"none\"\n");
    }

    private static String toTransport(String domain, String settings) {
        var name = domain.substring(0, domain.indexOf('.'));
        return "[[relay-domain]]\ndomain = \"%s\"\ntransport = \"%s\"\n[[transport]]\nname = \"%s\"\n"
                        .formatted(domain, name, name)
                + settings;
    }

    static void write(Path directory, String... rest) throws IOException {
        writeZone("a", directory, rest);
    }

    static void writeZone(String zone, Path directory, String... rest) throws IOException {
        writeFile(directory, head(zone, NOBODY), rest);
    }

    /** A node of zone a that asks a resolver on loopback. */
    static void writeAsking(int resolverPort, Path directory, String... rest) throws IOException {
        writeFile(directory, head("a", resolverPort), rest);
    }

    private static void writeFile(Path directory, String head, String[] rest) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("node.toml"), head + String.join("", rest));
    }

    private static String head(String zone, int resolverPort) {
        return """
            [node]
            name = "zone-%1$s"
            zone = "%1$s"
            hostname = "mx-%1$s.example"
            data = "data"
            drain = "10s"
            [[listener]]
            name = "mx"
            role = "mx"
            address = "127.0.0.1:0"
            [http]
            address = "127.0.0.1:0"
            [dns]
            resolvers = ["127.0.0.1:%2$d"]
            """.formatted(zone, resolverPort);
    }
}
