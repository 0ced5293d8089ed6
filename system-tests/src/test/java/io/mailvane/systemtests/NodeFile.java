package io.mailvane.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes {@code node.toml}: a node on free ports that relays {@code shop.example}. */
final class NodeFile {
    private static final String HEAD = """
            [node]
            name = "zone-a"
            zone = "a"
            hostname = "mx-a.example"
            data = "data"
            drain = "10s"
            [[listener]]
            name = "mx"
            role = "mx"
            address = "127.0.0.1:0"
            [http]
            address = "127.0.0.1:0"
            [dns]
            resolvers = ["127.0.0.1:9"]
            """;

    private NodeFile() {}

    /** Mail for shop.example goes to {@code directory/maildir}. */
    static void maildir(Path directory) throws IOException {
        write(directory, """
                [[relay-domain]]
                domain = "shop.example"
                transport = "local"
                [[transport]]
                name = "local"
                type = "maildir"
                path = "maildir"
                """);
    }

    /** Mail for shop.example goes to a host on loopback, that for sender.example to {@code directory/maildir}. */
    static void smtp(Path directory, int port) throws IOException {
        write(directory, """
                [[relay-domain]]
                domain = "shop.example"
                transport = "customer"
                [[relay-domain]]
                domain = "sender.example"
                transport = "local"
                [[transport]]
                name = "customer"
                type = "smtp"
                hosts = ["127.0.0.1:%d"]
                tls = "none"
                [[transport]]
                name = "local"
                type = "maildir"
                path = "maildir"
                """.formatted(port));
    }

    /** As {@link #maildir}, but mail is taken and kept. */
    static void keeping(Path directory) throws IOException {
        maildir(directory);
        var file = directory.resolve("node.toml");
        Files.writeString(file, Files.readString(file) + "[queue]\ndeliver = false\n");
    }

    static void write(Path directory, String rest) throws IOException {
        Files.writeString(directory.resolve("node.toml"), HEAD + rest);
    }
}
