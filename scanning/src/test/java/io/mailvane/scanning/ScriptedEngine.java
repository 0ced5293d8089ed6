package io.mailvane.scanning;

import io.mailvane.mail.Verdict.Action;
import java.io.IOException;
import java.util.Set;

/** Finds the test messages, and says of all else what it is told to. */
final class ScriptedEngine implements ScanEngine {
    /** What it says of a message that is no test. */
    @FunctionalInterface
    interface Script {
        Finding scan(ScanRequest request, Deadline deadline) throws ScanException, InterruptedException, IOException;
    }

    private volatile Script script;
    private volatile boolean awake = true;
    private volatile boolean broken;

    ScriptedEngine(Script script) {
        this.script = script;
    }

    void says(Script next) {
        script = next;
    }

    void sleeps() {
        awake = false;
    }

    void wakes() {
        awake = true;
    }

    @Override
    public String name() {
        return "scripted";
    }

    /** From now on it cannot be tried. */
    void breaks() {
        broken = true;
    }

    @Override
    public Set<TestMessage> mustFind() {
        if (broken) {
            throw new StackOverflowError("an engine's");
        }
        return Set.of(TestMessage.EICAR);
    }

    @Override
    public Finding scan(ScanRequest request, Deadline deadline) throws ScanException, InterruptedException {
        if (request.transaction().equals(TestMessage.EICAR.request().transaction())) {
            return awake ? Finding.of(Action.REJECT, "EICAR") : Finding.CLEAN;
        }
        try {
            return script.scan(request, deadline);
        } catch (IOException e) {
            throw new ScanException("scripted: " + e.getMessage(), e);
        }
    }
}
