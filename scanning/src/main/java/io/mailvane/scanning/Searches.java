package io.mailvane.scanning;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Searches for several signatures in the same octets, which come in pieces. One thread. */
final class Searches {
    private final Map<Signature, Signature.Search> searches = new EnumMap<>(Signature.class);

    Searches(Set<Signature> signatures) {
        signatures.forEach(signature -> searches.put(signature, signature.search()));
    }

    void accept(byte[] octets, int offset, int length) {
        searches.values().forEach(search -> search.accept(octets, offset, length));
    }

    Set<Signature> found() {
        var found = EnumSet.noneOf(Signature.class);
        searches.forEach((signature, search) -> {
            if (search.found()) {
                found.add(signature);
            }
        });
        return found;
    }
}
