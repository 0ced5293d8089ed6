package io.mailvane.outbound;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.route.MailFacts.Pin;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;

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

    synchronized void remove(QueueId id, ProviderId provider) {
        pins.remove(new Key(id, provider));
    }
}
