package io.mailvane.sandbox;

import java.util.concurrent.atomic.LongAdder;
import org.xbill.DNS.Name;

/** A zone with the manner in which it answers just now. Safe for threads. */
final class ScriptedZone {
    private final ServedZone zone;
    private final LongAdder questions = new LongAdder();
    private volatile ZoneManner manner = new ZoneManner.Normal();

    ScriptedZone(ServedZone zone) {
        this.zone = zone;
    }

    ServedZone zone() {
        return zone;
    }

    Name origin() {
        return zone.origin();
    }

    ZoneManner manner() {
        return manner;
    }

    void answer(ZoneManner changed) {
        manner = changed;
    }

    void countQuestion() {
        questions.increment();
    }

    /** How often a name in it was asked for. */
    long questions() {
        return questions.sum();
    }
}
