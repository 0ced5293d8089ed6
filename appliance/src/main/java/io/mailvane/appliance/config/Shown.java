package io.mailvane.appliance.config;

import io.mailvane.inbound.Cidr;
import io.mailvane.inbound.Recipients;
import io.mailvane.mail.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** How a setting's value is told to people: as TOML writes it, and nothing that could be a secret. */
final class Shown {
    static final String HIDDEN = "\"***\"";

    /** Keys that would hold a secret itself. Ours name a file instead, but who mistypes one may have written the secret. */
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(pass|secret|token|credential|api-?key|access-?key)(?!.*file).*");

    private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]*@");
    private static final List<String> SIZES = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final int BINARY_STEP = 10;

    private Shown() {}

    static boolean isSecret(String text) {
        return SECRET.matcher(text).matches();
    }

    /** A value as it stands in the file. */
    static String given(String key, Object value) {
        return isSecret(key) ? HIDDEN : value(value);
    }

    /** A value that was read, or stands where none was given. A {@code Long} is a size. */
    static String inForce(Object value) {
        return value instanceof Long octets ? size(octets) : value(value);
    }

    private static String value(Object value) {
        return switch (value) {
            case Secret _ -> HIDDEN;
            case Boolean flag -> flag.toString();
            case Integer number -> number.toString();
            case Duration duration -> quoted(duration(duration));
            case Enum<?> word -> quoted(word.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            case InetSocketAddress address -> quoted(address(address));
            case InetAddress address -> quoted(address.getHostAddress());
            case Optional<?> maybe -> maybe.map(Shown::value).orElse(quoted("none"));
            case Map<?, ?> table -> table(table);
            case Cidr network -> quoted(network.address().getHostAddress() + "/" + network.bits());
            case Recipients recipients -> recipients(recipients);
            case List<?> list -> list(list);
            case TomlArray array -> list(array.toList());
            case TomlTable _ -> "{...}";
            case Long number -> number.toString();
            case Double number -> number == Math.rint(number) ? String.valueOf(number.longValue()) : number.toString();
            default -> quoted(value.toString());
        };
    }

    private static String size(long octets) {
        int steps = octets == 0 ? 0 : Math.min(SIZES.size() - 1, Long.numberOfTrailingZeros(octets) / BINARY_STEP);
        return quoted((octets >> (steps * BINARY_STEP)) + SIZES.get(steps));
    }

    private static String quoted(String text) {
        return '"' + USER_INFO.matcher(text).replaceAll("//***@") + '"';
    }

    private static String list(List<?> items) {
        return items.stream().map(Shown::value).collect(Collectors.joining(", ", "[", "]"));
    }

    /** What a table of the operator's own names holds, without what could be secret. */
    private static String table(Map<?, ?> items) {
        return items.entrySet().stream()
                .map(item -> quoted(item.getKey().toString()) + " = " + value(item.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String address(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static String recipients(Recipients recipients) {
        return switch (recipients) {
            case Recipients.Any _ -> "\"any\"";
            case Recipients.Ask _ -> "\"ask\"";
            case Recipients.Listed listed ->
                list(listed.mailboxes().stream().sorted().toList());
        };
    }

    /** In the largest unit that leaves no rest. */
    private static String duration(Duration duration) {
        if (duration.toMillisPart() != 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.toSecondsPart() != 0 || duration.isZero()) {
            return duration.toSeconds() + "s";
        }
        if (duration.toMinutesPart() != 0) {
            return duration.toMinutes() + "m";
        }
        return duration.toHoursPart() != 0 ? duration.toHours() + "h" : duration.toDays() + "d";
    }
}
