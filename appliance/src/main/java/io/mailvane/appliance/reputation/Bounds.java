package io.mailvane.appliance.reputation;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a peer tells comes from outside: each value is bounded here, whoever made it. */
final class Bounds {
    static final int NAME = 80;
    static final int TEXT = 512;
    static final int ADDRESSES = 256;
    static final int CELLS = 16_384;
    static final int LISTS = 256;
    static final int FEW = 50;
    /** Of each address a few. */
    static final int WARM_UPS = ADDRESSES * 5;

    private Bounds() {}

    static String name(String text) {
        return cut(text, NAME);
    }

    static String text(String text) {
        return cut(text, TEXT);
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    /** A page links to it: anything that is no web address is nothing. */
    static String link(String text) {
        return text.matches("https?://[!-~]{1,400}") ? text : "";
    }

    /**
     * Peers of an older version leave out what they do not know.
     *
     * @throws NullPointerException if one of the items is null
     */
    static <T> List<T> list(@Nullable List<T> items, int most) {
        return items == null
                ? List.of()
                : items.stream().limit(most).map(Objects::requireNonNull).toList();
    }

    /** As {@link #list}. */
    static Map<String, Integer> counts(@Nullable Map<String, Integer> counts) {
        return counts == null
                ? Map.of()
                : counts.entrySet().stream()
                        .limit(FEW)
                        .collect(Collectors.toUnmodifiableMap(
                                each -> name(each.getKey()), Map.Entry::getValue, Math::max));
    }

    /** As {@link #list}. */
    static Map<String, Double> shares(@Nullable Map<String, Double> shares) {
        return shares == null
                ? Map.of()
                : shares.entrySet().stream()
                        .limit(FEW)
                        .collect(Collectors.toUnmodifiableMap(
                                each -> name(each.getKey()), each -> Math.clamp(each.getValue(), 0, 1), Math::max));
    }

    /** @throws IllegalArgumentException if it is none of them */
    static <E extends Enum<E>> String known(String text, E[] values) {
        if (Stream.of(values).noneMatch(value -> value.toString().equals(text))) {
            throw new IllegalArgumentException("not a known state");
        }
        return text;
    }
}
