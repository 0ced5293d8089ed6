package io.mailvane.dnsbl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What an operator's own list is held to before it is asked. */
final class OwnListChecks {
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d+){3}");

    private OwnListChecks() {}

    /** What is wrong, one sentence by key; empty if nothing is. */
    static Map<String, String> problems(OwnList list) {
        var problems = new LinkedHashMap<String, String>();
        if (!DnsblList.isId(list.id())) {
            problems.put("id", "an id is letters, digits, dots and hyphens, lower case: " + list.id());
        }
        if (!(list.weight() >= 0 && list.weight() <= 100)) {
            problems.put("weight", "a weight is within 0 and 100: " + list.weight());
        }
        if (list.key().filter(key -> !Zone.isLabel(key)).isPresent()) {
            problems.put("key-file", "the key is not one label of letters, digits and hyphens");
        } else {
            found(() -> new Zone(list.zone(), list.key())).ifPresent(reason -> problems.put("zone", reason));
        }
        codes(list).ifPresent(reason -> problems.put("codes", reason));
        list.positive().flatMap(OwnListChecks::testPoint).ifPresent(reason -> problems.put("positive", reason));
        list.negative()
                .flatMap(point -> testPoint(point).or(() -> sameAsPositive(list)))
                .ifPresent(reason -> problems.put("negative", reason));
        return problems;
    }

    private static Optional<String> found(Supplier<?> made) {
        try {
            var _ = made.get();
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> codes(OwnList list) {
        if (list.codes().isEmpty()) {
            return Optional.of("names no return code");
        }
        var texts = list.codes().keySet().stream().sorted().toList();
        return texts.stream()
                .flatMap(text -> found(() -> CodePattern.parse(text)).stream())
                .findFirst()
                .or(() -> error(texts))
                .or(() -> overlap(texts));
    }

    private static Optional<String> error(List<String> texts) {
        return texts.stream()
                .filter(text -> CodePattern.overlap(CodePattern.parse(text), DnsblList.ERROR_RANGE))
                .findFirst()
                .map(text -> text + ": in 127.255.255.0/24 lists say that they do not answer; none names an address");
    }

    private static Optional<String> overlap(List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (CodePattern.overlap(CodePattern.parse(texts.get(i)), CodePattern.parse(texts.get(j)))) {
                    return Optional.of(texts.get(j) + " and " + texts.get(i) + " have a code in common");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> testPoint(IpAddress point) {
        return LOOPBACK.matcher(point.toString()).matches()
                ? Optional.empty()
                : Optional.of("a test point is an address in 127.0.0.0/8 (RFC 5782, section 5), or \"none\"");
    }

    private static Optional<String> sameAsPositive(OwnList list) {
        return list.negative().equals(list.positive())
                ? Optional.of("is the positive test point too: it cannot be listed and not listed")
                : Optional.empty();
    }
}
