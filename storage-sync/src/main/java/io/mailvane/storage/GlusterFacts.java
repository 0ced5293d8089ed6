package io.mailvane.storage;

import io.mailvane.storage.GlusterCommand.XmlElement;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a GlusterFS says of a volume.
 *
 * @param replicas bricks that hold the same, the arbiter with them; they follow each other in {@code bricks}
 * @param options those that were set
 */
record GlusterFacts(String name, boolean started, int replicas, List<Brick> bricks, Map<String, String> options) {
    private static final String CONNECTED = "Connected";

    GlusterFacts {
        bricks = List.copyOf(bricks);
        options = Map.copyOf(options);
    }

    /**
     * One copy of a part of it.
     *
     * @param name {@code HOST:PATH}
     * @param up whether it answers this node
     * @param toHeal files and folders of which it knows that another copy differs
     */
    record Brick(String name, boolean up, long toHeal, long splitBrain) {}

    static GlusterFacts ask(GlusterCommand gluster, String name) throws IOException {
        var info = gluster.ask("volume info " + name);
        var heal = gluster.ask("volume heal " + name + " info summary");
        var volume = info.all("volume").stream()
                .filter(each -> each.text("name").filter(name::equals).isPresent())
                .findFirst()
                .orElseThrow(() -> new IOException("gluster volume info says nothing of " + name));
        return new GlusterFacts(
                name,
                volume.text("statusStr").filter("Started"::equals).isPresent(),
                (int) number(volume, "replicaCount"),
                heal.all("brick").stream().map(GlusterFacts::brick).toList(),
                options(volume));
    }

    /** Of one that is down the figures are missing, or no figures. */
    private static Brick brick(XmlElement said) {
        return new Brick(
                said.text("name").orElse("?"),
                said.text("status").filter(CONNECTED::equals).isPresent(),
                number(said, "numberOfEntriesInHealPending"),
                number(said, "numberOfEntriesInSplitBrain"));
    }

    private static long number(XmlElement said, String name) {
        return said.text(name)
                .filter(text -> text.matches("\\d{1,9}"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    private static Map<String, String> options(XmlElement volume) {
        var options = new HashMap<String, String>();
        for (var option : volume.all("option")) {
            option.text("name")
                    .ifPresent(name -> options.put(name, option.text("value").orElse("")));
        }
        return options;
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** The largest number of any brick: each that is up counts the same differences. */
    Copies copies() {
        return new Copies(
                (int) bricks.stream().filter(Brick::up).count(),
                bricks.size(),
                bricks.stream().mapToLong(Brick::toHeal).max().orElse(0),
                bricks.stream().mapToLong(Brick::splitBrain).max().orElse(0));
    }

    /** The bricks that hold the same, each set in its order. */
    Stream<List<Brick>> sets() {
        int size = Math.max(1, replicas);
        return Stream.iterate(0, from -> from < bricks.size(), from -> from + size)
                .map(from -> bricks.subList(from, Math.min(bricks.size(), from + size)));
    }
}
