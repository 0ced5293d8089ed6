package io.mailvane.dnsbl;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mailvane.dnsbl.IpAddress.Family;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The DNSBLs that are known, living and dead.
 *
 * @param asOf the day of the knowledge
 * @param dead zones not to be asked: a name below one is dead too
 */
public record Catalogue(String asOf, List<Entry> lists, List<Dead> dead) {
    private static final int SCHEMA = 1;
    static final Catalogue EMPTY = new Catalogue("-", List.of(), List.of());

    public Catalogue {
        lists = List.copyOf(lists);
        dead = List.copyOf(dead);
        var ids = lists.stream().map(Entry::id).collect(Collectors.toSet());
        if (ids.size() != lists.size()) {
            throw new IllegalArgumentException("two lists have one id");
        }
    }

    /**
     * A zone that has closed.
     *
     * @param when the year or day, with what became of it
     */
    public record Dead(String zone, String when) {}

    /** Whether a list is asked when the operator says nothing of it. */
    public enum Use {
        ON,
        OPT_IN,
        OFF
    }

    /** What the operator has to do or say first. */
    public enum Needs {
        NOTHING,
        KEY,
        /** A key, or the word of the operator that free use applies. */
        DECLARATION,
        /** The asking addresses are to be registered. */
        REGISTRATION
    }

    /**
     * A list as the file has it.
     *
     * @param zones by family, one and the same
     * @param keyed template of the zone for those who have a key
     * @param errors reason by code
     * @param affinity factor by provider, {@code *} the general one
     */
    public record Entry(
            String id,
            String name,
            Map<String, String> zones,
            @Nullable String keyed,
            String group,
            List<CodeEntry> codes,
            Map<String, String> errors,
            Map<String, Double> affinity,
            ControlsEntry controls,
            String remedy,
            String delist,
            String use,
            String needs,
            String note) {
        /** @throws IllegalArgumentException or NullPointerException if a part is missing or makes no list */
        public Entry {
            zones = Map.copyOf(zones);
            codes = List.copyOf(codes);
            errors = Map.copyOf(errors);
            affinity = Map.copyOf(affinity);
            Objects.requireNonNull(note, "note");
            if (codes.isEmpty() || zones.isEmpty()) {
                throw new IllegalArgumentException("a list has a zone and a code: " + id);
            }
            // Its test points are looked for in one: of another nobody would know whether it works.
            if (Set.copyOf(zones.values()).size() > 1) {
                throw new IllegalArgumentException("another zone is another list: " + id);
            }
        }

        public Use useByDefault() {
            return Use.valueOf(constant(use));
        }

        public Needs need() {
            return Needs.valueOf(constant(needs));
        }

        /** The list as it is asked without a key; with one, that has a zone for it. */
        DnsblList list(Optional<Secret> key) {
            var asked = new HashMap<Family, Zone>();
            zones.forEach((family, zone) -> asked.put(family(family), zone(zone, key)));
            var fallback = Remedy.valueOf(constant(remedy));
            return new DnsblList(
                    id,
                    name,
                    asked,
                    group,
                    codes.stream().map(code -> code.code(fallback)).toList(),
                    errorCodes(),
                    affinityOf(),
                    controls.points(),
                    fallback,
                    List.of(),
                    delist,
                    note);
        }

        private Zone zone(String zone, Optional<Secret> key) {
            if (zone.contains(Zone.KEY)) {
                return new Zone(zone, key);
            }
            return key.isPresent() && keyed != null ? new Zone(keyed, key) : Zone.open(zone);
        }

        private List<DnsblList.ErrorCode> errorCodes() {
            return new TreeMap<>(errors)
                    .entrySet().stream()
                            .map(error -> new DnsblList.ErrorCode(CodePattern.parse(error.getKey()), error.getValue()))
                            .toList();
        }

        private Affinity affinityOf() {
            var named = new HashMap<ProviderId, Double>();
            affinity.forEach((provider, factor) -> {
                if (!provider.equals("*")) {
                    named.put(new ProviderId(provider), factor);
                }
            });
            return new Affinity(affinity.getOrDefault("*", 1.0), named);
        }

        private static Family family(String text) {
            return switch (text) {
                case "v4" -> Family.IPV4;
                case "v6" -> Family.IPV6;
                default -> throw new IllegalArgumentException("not a family of addresses: " + text);
            };
        }
    }

    /** Either {@code code} with {@code name}, or {@code bits} with a name for each. */
    record CodeEntry(
            @Nullable String code,
            @Nullable Map<Integer, String> bits,
            @Nullable String name,
            @Nullable String note,
            double weight,
            @Nullable String remedy,
            @Nullable String effect) {
        DnsblList.Code code(Remedy fallback) {
            return new DnsblList.Code(
                    pattern(),
                    name == null ? "" : name,
                    weight,
                    remedy == null ? fallback : Remedy.valueOf(constant(remedy)),
                    effect == null ? DnsblList.Effect.LISTING : DnsblList.Effect.valueOf(constant(effect)));
        }

        private CodePattern pattern() {
            if (bits != null && code == null) {
                return new CodePattern.Bits(bits);
            }
            if (code != null && bits == null && name != null) {
                return CodePattern.parse(code);
            }
            throw new IllegalArgumentException("a code has either an address and a name, or bits");
        }
    }

    /** Test points, {@code none} where the list has no such entry. */
    record ControlsEntry(String positive, List<String> expected, String negative) {
        DnsblList.TestPoints points() {
            return new DnsblList.TestPoints(
                    point(positive),
                    expected.stream().<CodePattern>map(CodePattern::parse).toList(),
                    point(negative));
        }

        private static Optional<IpAddress> point(String text) {
            return text.equals("none") ? Optional.empty() : Optional.of(IpAddress.parse(text));
        }
    }

    private record File(int schema, String asOf, List<Entry> lists, List<Dead> dead) {}

    /** The catalogue that comes with the program. */
    public static Catalogue shipped() {
        return Shipped.CATALOGUE;
    }

    /** Read at its first use and never again: every step of a start asks for it. */
    private static final class Shipped {
        private static final Catalogue CATALOGUE = load();

        private static Catalogue load() {
            try (var resource = Catalogue.class.getResourceAsStream("catalogue.json")) {
                if (resource == null) {
                    throw new IllegalStateException("the catalogue is missing from the program");
                }
                return read(resource);
            } catch (IOException e) {
                throw new UncheckedIOException("the catalogue that comes with the program", e);
            }
        }
    }

    /**
     * Reads a catalogue strictly: an unknown or missing field, a bad code, two lists of one id are errors.
     *
     * @throws IOException with what is wrong
     */
    static Catalogue read(InputStream json) throws IOException {
        var mapper = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();
        var file = mapper.readValue(json, File.class);
        if (file.schema() != SCHEMA) {
            throw new IOException("schema " + file.schema() + " of the catalogue is not known");
        }
        return new Catalogue(file.asOf(), file.lists(), file.dead());
    }

    /** Since when the zone, or one above it, is closed; empty if it is not known to be. */
    public Optional<String> closedSince(String zone) {
        var name = zone.toLowerCase(Locale.ROOT);
        return dead.stream()
                .filter(each -> name.equals(each.zone()) || name.endsWith("." + each.zone()))
                .findFirst()
                .map(Dead::when);
    }

    public Optional<Entry> entry(String id) {
        return lists.stream().filter(entry -> entry.id().equals(id)).findFirst();
    }

    private static String constant(String text) {
        return text.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
