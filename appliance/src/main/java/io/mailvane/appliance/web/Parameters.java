package io.mailvane.appliance.web;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;

/** The names in a query. One that is not known, or is there twice, is an error: it would be another question that is answered. */
final class Parameters {
    private Parameters() {}

    /** @throws jakarta.ws.rs.WebApplicationException 400 */
    static void requireKnown(MultivaluedMap<String, String> given, List<String> known) {
        given.forEach((name, values) -> {
            if (!known.contains(name)) {
                throw Problem.badRequest("unknown parameter " + name + "; known: "
                        + (known.isEmpty() ? "none" : String.join(" ", known)));
            }
            if (values.size() > 1) {
                throw Problem.badRequest("parameter " + name + " is there more than once");
            }
            values.forEach(value -> requireText(name, value));
        });
    }

    /**
     * Octets that are no UTF-8 came as U+FFFD, which says of nothing what it is.
     *
     * @throws jakarta.ws.rs.WebApplicationException 400
     */
    static void requireText(String name, String value) {
        if (value.indexOf('\ufffd') >= 0) {
            throw Problem.badRequest(name + " is not UTF-8");
        }
    }
}
