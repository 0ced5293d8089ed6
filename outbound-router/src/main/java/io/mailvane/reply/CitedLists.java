package io.mailvane.reply;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The blacklist that a reply names, found by what such replies say; else by the zone that stands where one would. Immutable. */
final class CitedLists {
    private static final Pattern ZONE = Pattern.compile(
            "\\b(?:blocked|listed|rejected|refused|found)\\b.{0,60}?\\b(?:using|by|at|in|on) (?:the )?((?:[a-z0-9_-]{1,63}\\.){1,8}[a-z][a-z0-9-]{1,62})\\b");

    private final Map<String, String> idByFragment = new LinkedHashMap<>();

    /** @param rows fragment and id, parted by a tab */
    CitedLists(List<String> rows) {
        for (var row : rows) {
            var cells = row.split("\t", -1);
            if (cells.length != 2) {
                throw new IllegalArgumentException("a cited list has two cells: " + row);
            }
            idByFragment.put(cells[0], cells[1]);
        }
    }

    /** @param text a {@link ReplyText} */
    Optional<String> find(String text) {
        for (var entry : idByFragment.entrySet()) {
            if (text.contains(entry.getKey())) {
                return Optional.of(entry.getValue());
            }
        }
        var zone = ZONE.matcher(text);
        return zone.find() ? Optional.of(zone.group(1)) : Optional.empty();
    }
}
