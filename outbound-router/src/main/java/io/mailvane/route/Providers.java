package io.mailvane.route;

import com.google.common.net.InternetDomainName;
import io.mailvane.mail.ProviderId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who operates an MX host: by the names that Mailvane ships; else a host that its customer has among strangers, or that is named after its
 * address, is known by its own name, and any other by the domain that its owner registered. Immutable.
 *
 * <p>What a receiver says counts for its provider alone; were that the recipient's domain, one block would be met anew at each of a
 * provider's thousands of domains. A name is an operator's only if none of its customers can have it, for a host is cheaply rented, and what
 * it says must not be held against the operator's mail. Too narrow does no harm, too wide would.
 */
public final class Providers {
    private static final Pattern NAMED_AFTER_ITS_ADDRESS =
            Pattern.compile("^(?!\\[)(?:.*[^0-9])?[0-9]{1,3}(?:[-.][0-9]{1,3}){3}(?![0-9])");

    private final List<Operated> operated;
    private final Set<String> shared;

    /** @param name of its hosts */
    private record Operated(Pattern name, ProviderId operator, boolean isBig) {
        static Operated ofRow(String row) {
            var cells = row.split("\t", -1);
            if (cells.length != 3 || !Set.of("big", "-").contains(cells[2])) {
                throw new IllegalArgumentException("not a name, an operator, and big or -: " + row);
            }
            return new Operated(pattern(cells[0]), new ProviderId(cells[1]), cells[2].equals("big"));
        }

        private static Pattern pattern(String name) {
            boolean isBelow = name.startsWith("*.");
            var rest = isBelow ? name.substring(2) : name;
            var within = rest.replace(".", "\\.").replace("*", "[^.]*");
            return Pattern.compile((isBelow ? "(?:[^.]+\\.)+" : "") + within);
        }
    }

    private Providers(List<Operated> operated, Set<String> shared) {
        this.operated = List.copyOf(operated);
        this.shared = Set.copyOf(shared);
    }

    public static Providers shipped() {
        var operated = rows("providers.tsv").stream().map(Operated::ofRow).toList();
        var shared = rows("shared-suffixes.tsv");
        var isBig = new HashSet<>(operated.stream()
                .map(each -> each.operator().id() + each.isBig())
                .toList());
        if (isBig.size() != ids(operated).size() || Set.copyOf(shared).size() != shared.size()) {
            throw new IllegalStateException("an operator that is big and is not, or a suffix that is named twice");
        }
        return new Providers(operated, Set.copyOf(shared));
    }

    private static List<String> rows(String resource) {
        try (var in = Providers.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("this program lacks its " + resource);
            }
            var rows = new ArrayList<String>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(row -> !row.startsWith("#"))
                    .forEach(rows::add);
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<ProviderId> ids(List<Operated> operated) {
        return operated.stream().map(Operated::operator).collect(Collectors.toUnmodifiableSet());
    }

    /** Those of whom so many have hosts only of their own, and so much mail, that they are believed of us what they say alike. */
    Set<ProviderId> big() {
        return ids(operated.stream().filter(Operated::isBig).toList());
    }

    /** @param mxHost a host's name in any case, with or without a trailing dot; or an address literal, its own provider */
    public ProviderId of(String mxHost) {
        var lower = mxHost.toLowerCase(Locale.ROOT);
        var name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        return operated.stream()
                .filter(each -> each.name().matcher(name).matches())
                .findFirst()
                .map(Operated::operator)
                .orElseGet(() -> new ProviderId(isAmongStrangers(name) ? name : registrable(name)));
    }

    private boolean isAmongStrangers(String name) {
        if (NAMED_AFTER_ITS_ADDRESS.matcher(name).find()) {
            return true;
        }
        int at = name.indexOf('.');
        while (at >= 0 && !shared.contains(name.substring(at + 1))) {
            at = name.indexOf('.', at + 1);
        }
        return at >= 0;
    }

    /** The public suffix list names domains of those, too, who let strangers have names below theirs. */
    private static String registrable(String name) {
        if (InternetDomainName.isValid(name)) {
            var domain = InternetDomainName.from(name);
            if (domain.isUnderPublicSuffix()) {
                return domain.topPrivateDomain().toString();
            }
            if (domain.isPublicSuffix()) {
                return name;
            }
        }
        return name.startsWith("[") ? name : lastTwoLabels(name);
    }

    /** The public suffix list's own rule for a top level that it does not name. */
    private static String lastTwoLabels(String name) {
        int top = name.lastIndexOf('.');
        return top < 0 ? name : name.substring(name.lastIndexOf('.', top - 1) + 1);
    }
}
