package io.mailvane.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A program in the place of {@code gluster}, that says what a real one once said, or what the test has it say. */
record ScriptedGluster(Path folder) {
    private static final String PROGRAM = """
            #!/bin/bash
            here=$(dirname "$0")
            printf '%s\\n' "$*" >>"$here/asked"
            case "$*" in
              *" volume info queue") source "$here/info" ;;
              *" volume heal queue info summary") source "$here/summary" ;;
              *" volume heal queue") source "$here/heal" ;;
              *) exit 2 ;;
            esac
            """;

    /** As of a volume that is well. */
    static ScriptedGluster in(Path folder) throws IOException {
        var made = new ScriptedGluster(Files.createDirectories(folder));
        var program = Files.writeString(made.program(), PROGRAM);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        made.says("info", recorded("info"));
        made.says("summary", recorded("summary"));
        made.does("heal", "echo Launching heal operation on volume queue has been successful");
        return made;
    }

    private Path program() {
        return folder.resolve("gluster");
    }

    GlusterSettings settings(Duration deadline) {
        return new GlusterSettings(program().toString(), Duration.ofSeconds(30), deadline);
    }

    /** @param question info, summary or heal */
    void says(String question, String text) throws IOException {
        Files.writeString(folder.resolve(question + ".text"), text);
        does(question, "cat \"$here/" + question + ".text\"");
    }

    /** @param commands of bash */
    void does(String question, String commands) throws IOException {
        Files.writeString(folder.resolve(question), commands + "\n");
    }

    /** What it was asked, in that order. */
    List<String> asked() throws IOException {
        return Files.exists(folder.resolve("asked")) ? Files.readAllLines(folder.resolve("asked")) : List.of();
    }

    /** What a GlusterFS 10.3 said. */
    static String recorded(String name) {
        try (InputStream file = ScriptedGluster.class.getResourceAsStream("gluster/" + name + ".xml")) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
