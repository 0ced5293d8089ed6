package io.mailvane.appliance.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import java.io.IOException;
import java.time.Instant;

/** Reads a time that a peer says. With what is millions of years away nobody can reckon, and no page could show how far it is from now. */
final class PeerTime extends StdDeserializer<Instant> {
    private static final long serialVersionUID = 1;
    private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");

    PeerTime() {
        super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser from, DeserializationContext context) throws IOException {
        var at = InstantDeserializer.INSTANT.deserialize(from, context);
        if (at.isBefore(Instant.EPOCH) || at.isAfter(FAR)) {
            throw context.weirdStringException(at.toString(), Instant.class, "not a time of ours");
        }
        return at;
    }
}
