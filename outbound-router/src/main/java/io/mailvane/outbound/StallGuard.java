package io.mailvane.outbound;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes connections whose peer has let a read or a write wait for too long. One thread of its own. */
final class StallGuard implements AutoCloseable {
    private final Set<SmtpWire> wires = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("smtp-stall-guard").factory());
    private final ScheduledFuture<?> round;

    StallGuard(long periodMillis) {
        round = timer.scheduleWithFixedDelay(
                () -> wires.forEach(SmtpWire::closeIfStalled), periodMillis, periodMillis, TimeUnit.MILLISECONDS);
    }

    void watch(SmtpWire wire) {
        wires.add(wire);
    }

    void forget(SmtpWire wire) {
        wires.remove(wire);
    }

    @Override
    public void close() {
        round.cancel(false);
        timer.shutdownNow();
    }
}
