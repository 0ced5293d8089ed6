package io.mailvane.appliance.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailvane.mail.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of {@code DATA/run} by which others find a running node. Each is whole at every moment. */
record RunFiles(Path directory) {
    private static final int CONTRACT = 1;
    private static final int TOKEN_OCTETS = 24;

    /** Makes a new token and leaves it where only this user can read it. */
    Secret newToken() throws IOException {
        return newToken("admin.token");
    }

    /** What scan workers of this node ask for. It outlives a crash, as they may. */
    Secret scanToken() throws IOException {
        var file = scanTokenFile();
        var kept = Files.exists(file) ? Files.readString(file).strip() : "";
        return kept.isEmpty() ? newToken(file.getFileName().toString()) : new Secret(kept);
    }

    /** Where scan workers of this node find their token. */
    Path scanTokenFile() {
        return directory.resolve("scan.token");
    }

    private Secret newToken(String name) throws IOException {
        var octets = new byte[TOKEN_OCTETS];
        new SecureRandom().nextBytes(octets);
        var token = HexFormat.of().formatHex(octets);
        replace(name, (token + "\n").getBytes(StandardCharsets.US_ASCII), "rw-------");
        return new Secret(token);
    }

    /** @param listeners and {@code http}: {@code ADDRESS:PORT} with real ports */
    void announce(String node, Map<String, String> listeners, String http) throws IOException {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("contract", CONTRACT);
        content.put("node", node);
        content.put("pid", ProcessHandle.current().pid());
        content.put("listeners", listeners);
        content.put("http", http);
        replace("node.json", new ObjectMapper().writeValueAsBytes(content), "rw-r--r--");
    }

    /** Nobody finds the node any more. */
    void withdraw() throws IOException {
        Files.deleteIfExists(directory.resolve("node.json"));
    }

    private void replace(String name, byte[] content, String mode) throws IOException {
        var next = directory.resolve(name + ".new");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        Files.write(next, content);
        Files.move(next, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
