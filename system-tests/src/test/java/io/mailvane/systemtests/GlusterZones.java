package io.mailvane.systemtests;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Three zones in name spaces of this machine with a GlusterFS over them, replica 3 arbiter 1; zones a and b have it mounted. The script
 * {@code zones} beside this class makes them. It takes root and some 10 s.
 */
record GlusterZones(Path directory) implements AutoCloseable {
    private static final String SCRIPT = "src/test/resources/io/mailvane/systemtests/zones";

    static GlusterZones up(Path directory) throws IOException, InterruptedException {
        var zones = new GlusterZones(directory);
        try {
            zones.say("up");
            return zones;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            zones.close();
            throw e;
        }
    }

    /** Runs a verb of the script to its good end. */
    void say(String verb, String... words) throws IOException, InterruptedException {
        Programs.shell(Path.of("."), String.join(" ", script(verb, words)));
    }

    private List<String> script(String verb, String... words) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(SCRIPT).toRealPath().toString(), directory.toString(), verb));
        command.addAll(List.of(words));
        return command;
    }

    /** A command that runs in a zone, as if it were a machine. */
    List<String> in(String zone, List<String> words) throws IOException {
        var all = new ArrayList<>(List.of(zone));
        all.addAll(words);
        return script("in_zone", all.toArray(String[]::new));
    }

    /** A command that runs in the network between the zones, and else as if it were here. */
    List<String> between(List<String> words) throws IOException {
        return script("between", words.toArray(String[]::new));
    }

    Path home(String zone) {
        return directory.resolve(zone);
    }

    @Override
    public void close() throws IOException {
        try {
            say("down");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while zones were taken down", e);
        }
    }
}
