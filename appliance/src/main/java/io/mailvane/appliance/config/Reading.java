package io.mailvane.appliance.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Makes a value of what TOML holds. */
@FunctionalInterface
interface Reading<T> {
    Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    Pattern SIZE = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB|TiB)");
    int BINARY_STEP = 10;
    /** What is reckoned with in nanoseconds has room for some of these together; nothing waits longer. */
    Duration LONGEST = Duration.ofDays(3650);

    /** @throws IllegalArgumentException with a sentence that says what is wrong */
    T read(Object value);

    /** Goes on from text. */
    static <T> Reading<T> of(Function<String, T> parser) {
        return value -> parser.apply(text().read(value));
    }

    static Reading<String> text() {
        return value -> {
            if (!(value instanceof String text)) {
                throw new IllegalArgumentException("must be text in quotes");
            }
            if (text.isBlank()) {
                throw new IllegalArgumentException("must not be empty");
            }
            return text;
        };
    }

    static Reading<Boolean> flag() {
        return value -> {
            if (!(value instanceof Boolean flag)) {
                throw new IllegalArgumentException("must be true or false");
            }
            return flag;
        };
    }

    static Reading<Integer> number(int least, int most) {
        return value -> {
            if (!(value instanceof Long number) || number < least || number > most) {
                throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
            }
            return number.intValue();
        };
    }

    static Reading<Double> decimal(double least, double most) {
        return value -> {
            // As it is written, "nan" is neither less nor more.
            if (!(value instanceof Number number && number.doubleValue() >= least && number.doubleValue() <= most)) {
                throw new IllegalArgumentException(
                        "must be a number from " + Shown.inForce(least) + " to " + Shown.inForce(most));
            }
            return number.doubleValue();
        };
    }

    static Reading<Duration> secondsOrMore() {
        return value -> {
            var read = duration().read(value);
            if (read.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("must be at least \"1s\"");
            }
            return read;
        };
    }

    /** More than nothing, and at most {@link #LONGEST}. */
    static Reading<Duration> duration() {
        return of(text -> {
            var matcher = DURATION.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("must be a duration such as \"5s\", \"30m\", \"12h\" or \"5d\"");
            }
            var read = Duration.of(
                    Long.parseLong(matcher.group(1)),
                    switch (matcher.group(2)) {
                        case "ms" -> ChronoUnit.MILLIS;
                        case "s" -> ChronoUnit.SECONDS;
                        case "m" -> ChronoUnit.MINUTES;
                        case "h" -> ChronoUnit.HOURS;
                        default -> ChronoUnit.DAYS;
                    });
            if (!read.isPositive()) {
                throw new IllegalArgumentException("must be longer than nothing");
            }
            if (read.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("must be at most " + Shown.inForce(LONGEST));
            }
            return read;
        });
    }

    /** Also {@code "0s"}. */
    static Reading<Duration> durationOrNone() {
        return value -> value.equals("0s") ? Duration.ZERO : duration().read(value);
    }

    static Reading<Long> size(long least, long most) {
        return of(text -> {
            var matcher = SIZE.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("must be a size such as \"64KiB\", \"20MiB\" or \"1GiB\"");
            }
            int steps = List.of("B", "KiB", "MiB", "GiB", "TiB").indexOf(matcher.group(2));
            long number = Long.parseLong(matcher.group(1));
            int shift = steps * BINARY_STEP;
            if (number > most >> shift || number << shift < least) {
                throw new IllegalArgumentException(
                        "must be from " + Shown.inForce(least) + " to " + Shown.inForce(most));
            }
            return number << shift;
        });
    }

    /** One word of several. */
    static <T> Reading<T> word(Map<String, T> words) {
        return of(text -> {
            var found = words.get(text);
            if (found == null) {
                throw new IllegalArgumentException("must be one of " + String.join(", ", new TreeMap<>(words).keySet())
                        + Nearest.hint(text, words.keySet()));
            }
            return found;
        });
    }

    /** At least one. */
    static <T> Reading<List<T>> someOf(Reading<T> reading) {
        return value -> {
            var list = listOf(reading).read(value);
            if (list.isEmpty()) {
                throw new IllegalArgumentException("must hold at least one");
            }
            return list;
        };
    }

    /** A list in which nothing stands twice. */
    static <T> Reading<List<T>> setOf(Reading<T> reading) {
        return value -> {
            var list = listOf(reading).read(value);
            if (list.stream().distinct().count() < list.size()) {
                throw new IllegalArgumentException("must not name one twice");
            }
            return list;
        };
    }

    /** At most so many. */
    static <T> Reading<List<T>> atMost(int most, Reading<List<T>> reading) {
        return value -> {
            var list = reading.read(value);
            if (list.size() > most) {
                throw new IllegalArgumentException("must not hold more than " + most);
            }
            return list;
        };
    }

    /** A table whose keys are names of the operator's own choice. */
    static <T> Reading<Map<String, T>> tableOf(Reading<T> reading) {
        return value -> {
            if (!(value instanceof TomlTable table)) {
                throw new IllegalArgumentException("must be a table: { \"NAME\" = \"...\" }");
            }
            Map<String, T> items = new LinkedHashMap<>();
            for (var item : table.entrySet()) {
                try {
                    items.put(item.getKey(), reading.read(item.getValue()));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(item.getKey() + ": " + e.getMessage(), e);
                }
            }
            return Collections.unmodifiableMap(items);
        };
    }

    /** Says of every item what is wrong with it. */
    static <T> Reading<List<T>> listOf(Reading<T> reading) {
        return value -> {
            if (!(value instanceof TomlArray array)) {
                throw new IllegalArgumentException("must be a list in square brackets");
            }
            List<T> items = new ArrayList<>();
            List<String> wrong = new ArrayList<>();
            for (int i = 0; i < array.size(); i++) {
                try {
                    items.add(reading.read(array.get(i)));
                } catch (IllegalArgumentException e) {
                    wrong.add("item " + (i + 1) + ": " + e.getMessage());
                }
            }
            if (!wrong.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", wrong));
            }
            return List.copyOf(items);
        };
    }
}
