package io.mailvane.route;

import com.google.common.net.InternetDomainName;
import io.mailvane.mail.ProviderId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Who operates an MX host: by the table that Mailvane ships, else the registrable domain that the host stands in. Immutable.
 *
 * <p>What a receiver says counts for its provider alone; were that the recipient's domain, one block would be met anew at each of a
 * provider's thousands of domains.
 */
public final class Providers {
    private final Map<String, ProviderId> bySuffix;

    private Providers(Map<String, ProviderId> bySuffix) {
        this.bySuffix = Map.copyOf(bySuffix);
    }

    public static Providers shipped() {
        try (var in = Providers.class.getResourceAsStream("providers.tsv")) {
            if (in == null) {
                throw new IllegalStateException("this program lacks its providers.tsv");
            }
            return ofTable(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Providers ofTable(String table) {
        var bySuffix = new HashMap<String, ProviderId>();
        table.lines().filter(row -> !row.startsWith("#")).forEach(row -> {
            var cells = row.split("\t", -1);
            if (cells.length != 2 || bySuffix.put(cells[0], new ProviderId(cells[1])) != null) {
                throw new IllegalArgumentException("not a suffix of its own and a provider: " + row);
            }
        });
        return new Providers(bySuffix);
    }

    /** Those of the table. */
    Set<ProviderId> known() {
        return Set.copyOf(bySuffix.values());
    }

    /** @param mxHost a host's name in any case, with or without a trailing dot; or an address literal, its own provider */
    public ProviderId of(String mxHost) {
        var lower = mxHost.toLowerCase(Locale.ROOT);
        var name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        int at = 0;
        do {
            var known = bySuffix.get(name.substring(at));
            if (known != null) {
                return known;
            }
            at = name.indexOf('.', at) + 1;
        } while (at > 0);
        return new ProviderId(registrable(name));
    }

    private static String registrable(String name) {
        if (InternetDomainName.isValid(name)) {
            var domain = InternetDomainName.from(name);
            if (domain.isUnderRegistrySuffix()) {
                return domain.topDomainUnderRegistrySuffix().toString();
            }
            if (domain.isRegistrySuffix()) {
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
