package io.mailvane.outbound;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.route.MailFacts.Pin;
import io.mailvane.route.Tier;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;

/** Messages that a receiver expects to come back by the same way. The oldest are forgotten first. Any number of threads. */
final class Pins {
    private static final int MOST = 20_000;

    private final LinkedHashMap<Key, Pin> pins = new LinkedHashMap<>();

    private record Key(QueueId id, ProviderId provider) {}

    synchronized void put(QueueId id, ProviderId provider, Pin pin) {
        pins.putLast(new Key(id, provider), pin);
        if (pins.size() > MOST) {
            pins.pollFirstEntry();
        }
    }

    synchronized Optional<Pin> find(QueueId id, ProviderId provider, Instant now) {
        return Optional.ofNullable(pins.get(new Key(id, provider)))
                .filter(pin -> pin.until().isAfter(now));
    }

    synchronized void remember(DataOutput out) throws IOException {
        out.writeInt(pins.size());
        for (var entry : pins.entrySet()) {
            var pin = entry.getValue();
            out.writeUTF(entry.getKey().id().text());
            out.writeUTF(entry.getKey().provider().id());
            out.writeUTF(pin.route());
            out.writeUTF(pin.tier().map(Tier::name).orElse(""));
            out.writeLong(pin.until().toEpochMilli());
        }
    }

    /** Those that still hold, to ways of these names. */
    synchronized void recall(DataInput in, Set<String> ways, Instant now) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            var key = new Key(new QueueId(in.readUTF()), new ProviderId(in.readUTF()));
            var route = in.readUTF();
            var tier = Optional.of(in.readUTF()).filter(name -> !name.isEmpty()).map(Tier::valueOf);
            var pin = new Pin(route, tier, Instant.ofEpochMilli(in.readLong()));
            if (pin.until().isAfter(now) && ways.contains(route)) {
                pins.putLast(key, pin);
            }
        }
    }

    /** A receiver that knows an address waits for that address, not for another of the same name. */
    synchronized void keep(Set<String> ways) {
        pins.values().removeIf(pin -> !ways.contains(pin.route()));
    }

    synchronized void remove(QueueId id, ProviderId provider) {
        pins.remove(new Key(id, provider));
    }
}
