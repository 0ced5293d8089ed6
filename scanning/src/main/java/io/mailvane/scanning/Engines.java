package io.mailvane.scanning;

import io.mailvane.mail.ResultField;
import io.mailvane.mail.Verdict;
import io.mailvane.mail.Verdict.Action;
import io.mailvane.mail.Verdict.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Several engines asked in order, and one verdict of what they say. Any number of threads. */
public final class Engines {
    /** The field that says what was found, one of each engine. */
    static final String FIELD = "X-Mailvane-Scan";

    private final List<ScanEngine> engines;

    /** @param engines at least one, no two of one name; the cheap ones first */
    public Engines(List<ScanEngine> engines) {
        this.engines = List.copyOf(engines);
        var names = new HashSet<>(this.engines.stream().map(ScanEngine::name).toList());
        if (names.isEmpty() || names.size() < engines.size()) {
            throw new IllegalArgumentException("engines: one at least, each once");
        }
    }

    /**
     * Asks one after the other until one rejects. Where one fails the others are asked still, and what is bad enough to keep
     * a message from leaving stands without it; anything less needs all of them.
     *
     * @throws ScanException if an engine failed and no other quarantines or rejects; the later failures are suppressed in it
     */
    public Verdict scan(ScanRequest request, Deadline deadline) throws ScanException, InterruptedException {
        var said = new ArrayList<Said>();
        Optional<ScanException> failure = Optional.empty();
        for (var engine : engines) {
            try {
                said.add(new Said(engine.name(), engine.scan(request, deadline)));
            } catch (ScanException e) {
                failure.ifPresent(first -> first.addSuppressed(e));
                failure = failure.or(() -> Optional.of(e));
            }
            if (worst(said) == Action.REJECT) {
                break;
            }
        }
        if (failure.isPresent() && worst(said).compareTo(Action.QUARANTINE) < 0) {
            throw failure.get();
        }
        return verdict(said);
    }

    private record Said(String engine, Finding finding) {
        ResultField field() {
            var first = engine + "=" + finding.action().label();
            var rest = Stream.concat(finding.remarks().stream(), finding.reasons().stream());
            return FieldText.field(FIELD, Stream.concat(Stream.of(first), rest).toList());
        }
    }

    private static Action worst(List<Said> said) {
        return said.stream().map(s -> s.finding().action()).reduce(Action.ACCEPT, Action::worse);
    }

    private static Verdict verdict(List<Said> said) {
        var reasons = said.stream()
                .flatMap(s -> s.finding().reasons().stream().map(text -> new Reason(s.engine(), text)))
                .toList();
        return new Verdict(worst(said), reasons, said.stream().map(Said::field).toList());
    }

    /**
     * Whether every engine finds what it is there to find; an engine that misses a test message would miss mail.
     *
     * @throws ScanException if one does not, naming it
     */
    public void requireAwake(Deadline deadline) throws ScanException, InterruptedException {
        for (var engine : engines) {
            for (var message : engine.mustFind()) {
                if (engine.scan(message.request(), deadline).action() == Action.ACCEPT) {
                    throw new ScanException(engine.name() + ": does not find the test message " + message);
                }
            }
        }
    }
}
