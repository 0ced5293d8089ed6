package io.mailvane.scanning;

import io.mailvane.mail.Verdict.Action;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Set;

/** ClamAV's daemon, asked by {@code INSTREAM} over TCP or a Unix socket; a connection for each scan. */
public final class ClamavEngine implements ScanEngine {
    /** As the configuration names it. */
    public static final String NAME = "clamav";

    private static final String STREAM = "stream: ";
    private static final String FOUND = " FOUND";
    private static final String LIMITS = "Heuristics.Limits.Exceeded";

    private final SocketAddress address;

    /** @param address an {@link InetSocketAddress} or a {@link UnixDomainSocketAddress} */
    public ClamavEngine(SocketAddress address) {
        this.address = address;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<TestMessage> mustFind() {
        return Set.of(TestMessage.EICAR);
    }

    @Override
    public Finding scan(ScanRequest request, Deadline deadline) throws ScanException, InterruptedException {
        try (var dialogue = new ClamavDialogue(address, request)) {
            return finding(dialogue.answer(deadline));
        } catch (IOException e) {
            throw new ScanException("clamav: " + e.getMessage(), e);
        }
    }

    private static Finding finding(String answer) throws ScanException {
        if (answer.equals(STREAM + "OK")) {
            return Finding.CLEAN;
        }
        if (answer.startsWith(STREAM) && answer.endsWith(FOUND)) {
            return found(answer.substring(STREAM.length(), answer.length() - FOUND.length()));
        }
        if (answer.contains("size limit exceeded")) {
            return Finding.of(Action.QUARANTINE, "larger than clamd takes");
        }
        throw new ScanException("clamav: answered '" + answer + "'");
    }

    /** A limit that clamd was told to report is no malware, but nobody has seen what is beyond it. */
    private static Finding found(String signature) {
        return Finding.of(signature.startsWith(LIMITS) ? Action.QUARANTINE : Action.REJECT, signature);
    }
}
