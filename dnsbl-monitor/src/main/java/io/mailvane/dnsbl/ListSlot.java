package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A list as it is watched: its health, the way to it, when it is tested again. One thread. */
final class ListSlot {
    private final DnsblList list;
    private final AskingSettings asking;
    private final Duration deadAfter;
    private ListHealth health;
    private ResolverMode mode;
    private Moment next;
    private boolean out;
    private boolean tested;
    private boolean other;
    private int failures;
    private Affinity affinity;
    private final List<Waiting> waiting = new ArrayList<>();

    /** An answer that would change a state, and waits for the list to be tested first. */
    record Waiting(CellSlot cell, Ask.Heard heard) {}

    ListSlot(DnsblList list, AskingSettings asking, Duration deadAfter, Moment now) {
        this.list = list;
        this.asking = asking;
        this.deadAfter = deadAfter;
        this.health = ListHealth.of(list.testPoints());
        this.mode = Asker.modes(list).getFirst();
        this.next = now;
        this.affinity = list.affinity();
    }

    DnsblList list() {
        return list;
    }

    /** How much receivers go by it, as shipped and as they have taught since. */
    Affinity affinity() {
        return affinity;
    }

    void learn(Affinity taught) {
        affinity = taught;
    }

    ResolverMode mode() {
        return mode;
    }

    ListHealth health() {
        return health;
    }

    boolean isTested() {
        return tested;
    }

    boolean isDue(Moment now) {
        return !out && !now.isBefore(next);
    }

    /** When it is tested again; empty while it is. */
    Optional<Moment> next() {
        return out ? Optional.empty() : Optional.of(next);
    }

    /** Whether answers wait for its test, or would soon count for nothing without it. */
    boolean isAwaited(Moment now) {
        var late = asking.controlInterval().plus(asking.controlStale()).dividedBy(2);
        return other || !waiting.isEmpty() || !health.isFresh(now, late);
    }

    boolean isNextBefore(Moment moment) {
        return !out && next.isBefore(moment);
    }

    void testNow(Moment now) {
        next = now;
    }

    /** Through another way first: what changes so much at once may be the way. */
    void doubt(Moment now) {
        other = true;
        next = now;
    }

    void await(Waiting answer) {
        waiting.add(answer);
    }

    Ask.OfControls ask(IpAddress random) {
        out = true;
        // A test in its turn begins with the best way, which may work again; another one is of the way in use.
        var first = other || !waiting.isEmpty() ? mode : Asker.modes(list).getFirst();
        return new Ask.OfControls(list, first, other, random);
    }

    /** Takes the result in, and gives what has waited for it. */
    List<Waiting> tested(Ask.Tested result, Duration jittered, Moment now) {
        out = false;
        tested = true;
        other = false;
        health = health.after(result.round(), now, asking.controlStale());
        boolean ok = result.round().isOk();
        mode = ok ? result.mode() : mode;
        failures = ok ? 0 : failures + 1;
        next = now.plus(ok ? jittered : backOff(jittered));
        var answers = List.copyOf(waiting);
        waiting.clear();
        return answers;
    }

    private Duration backOff(Duration interval) {
        var early = Duration.ofMinutes(1).multipliedBy(1L << Math.min(failures - 1, 5));
        return early.compareTo(interval) < 0 ? early : interval;
    }

    Overlay hindrance(Moment now) {
        return health.hindrance(now, asking.controlStale(), deadAfter);
    }

    boolean isStale(Moment now) {
        return health.isStale(now, asking.controlStale());
    }

    ListState state(Moment now) {
        return health.state(now, asking.controlStale(), deadAfter);
    }

    Map<ControlKind, String> controls(Moment now) {
        var texts = new EnumMap<ControlKind, String>(ControlKind.class);
        texts.put(ControlKind.POSITIVE, health.positive().text(ControlKind.POSITIVE, now, asking.controlStale()));
        texts.put(ControlKind.NEGATIVE, health.negative().text(ControlKind.NEGATIVE, now, asking.controlStale()));
        texts.put(ControlKind.RANDOM, health.random().text(ControlKind.RANDOM, now, asking.controlStale()));
        return texts;
    }
}
