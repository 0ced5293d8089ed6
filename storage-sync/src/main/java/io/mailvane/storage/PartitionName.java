package io.mailvane.storage;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A partition's directory: that of a node, or, after another node adopted it, the node's next.
 *
 * @param node whose mail it took
 * @param generation 0 is the first, whose directory has no number
 */
record PartitionName(String node, int generation) {
    /** A node's name has no full stop, so the two cannot be confused. */
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9][A-Za-z0-9_-]*)(?:\\.([1-9][0-9]{0,8}))?");

    /** Empty if no partition is called so. */
    static Optional<PartitionName> parse(String text) {
        var form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(
                        new PartitionName(form.group(1), form.group(2) == null ? 0 : Integer.parseInt(form.group(2))))
                : Optional.empty();
    }

    PartitionName next() {
        return new PartitionName(node, generation + 1);
    }

    String text() {
        return generation == 0 ? node : node + "." + generation;
    }
}
