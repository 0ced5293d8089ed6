package io.mailvane.appliance.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A text that is packaged beside this package's classes, read once. */
record PackagedFile(String text) {
    static PackagedFile read(String name) {
        try (var file = PackagedFile.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the program lacks its own file " + name);
            }
            return new PackagedFile(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the program's own file " + name + " cannot be read", e);
        }
    }
}
