package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/** The example of {@code docs/plugins.md}, compiled into a jar of its own and found there as the node finds it. */
final class PluginJar {
    private static final Path EXAMPLE = Path.of("../examples/mbox-transport/src/main");

    private PluginJar() {}

    static Path build(Path directory) throws IOException {
        var classes = Files.createDirectories(directory.resolve("classes"));
        var said = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options = List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
            var sources = files.getJavaFileObjectsFromPaths(filesUnder(EXAMPLE.resolve("java")));
            assertThat(compiler.getTask(said, files, null, options, null, sources)
                            .call())
                    .as(said::toString)
                    .isTrue();
        }
        var jar = directory.resolve("mbox-transport.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            add(classes, out);
            add(EXAMPLE.resolve("resources"), out);
        }
        return jar;
    }

    private static List<Path> filesUnder(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void add(Path root, JarOutputStream out) throws IOException {
        for (var file : new ArrayList<>(filesUnder(root))) {
            out.putNextEntry(new JarEntry(root.relativize(file).toString()));
            Files.copy(file, out);
            out.closeEntry();
        }
    }

    /** The providers that a class path with this jar has. */
    static List<TransportProvider> providers(Path jar) throws IOException {
        var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, PluginJar.class.getClassLoader());
        return Surroundings.installedProviders(loader);
    }
}
