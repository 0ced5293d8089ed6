package io.mailvane.inbound;

import io.mailvane.inbound.EsmtpParameters.RefusedException;
import io.mailvane.mail.SmtpReply;
import java.net.InetAddress;
import java.util.Optional;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPConfiguration;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.SMTPSessionImpl;
import org.jspecify.annotations.Nullable;

/** One SMTP session as the James chain sees it, with our transaction beside its attachments. One thread. */
final class Session extends SMTPSessionImpl {
    /** What the connection does after a command's reply: James's handlers answer lines, the wire is ours. */
    sealed interface Next {
        record Commands() implements Next {}

        record Data() implements Next {}

        /** @param refusal what is said of it once its octets were read, whatever they are */
        record Chunk(long size, boolean last, Optional<SmtpReply> refusal) implements Next {}

        record StartTls() implements Next {}
    }

    private final InboundSettings.Listener listener;
    private final Holdings.Share held;
    private @Nullable Transaction transaction;
    private @Nullable Reception chunks;
    private Next next = new Next.Commands();
    private boolean toldClosed;

    Session(
            ProtocolTransport transport,
            SMTPConfiguration configuration,
            InboundSettings.Listener listener,
            Holdings holdings) {
        super(transport, configuration);
        this.listener = listener;
        this.held = holdings.share(client());
    }

    InboundSettings.Listener listener() {
        return listener;
    }

    InetAddress client() {
        return getRemoteAddress().getAddress();
    }

    /** As the log and the queue name the client: {@code helo[address]}. */
    String name() {
        return helo().orElse("unknown") + "[" + client().getHostAddress() + "]";
    }

    /** EHLO's or HELO's argument; empty before either. */
    Optional<String> helo() {
        return getAttachment(SMTPSession.CURRENT_HELO_NAME, State.Connection);
    }

    boolean extended() {
        return getAttachment(SMTPSession.CURRENT_HELO_MODE, State.Connection)
                .filter("EHLO"::equals)
                .isPresent();
    }

    Optional<Transaction> transaction() {
        return Optional.ofNullable(transaction);
    }

    /** Notes that it is told that no mail is taken just now, and says whether it was told before. */
    boolean tellClosed() {
        boolean before = toldClosed;
        toldClosed = true;
        return before;
    }

    /** What this transaction keeps in memory counts there, until it ends. */
    Holdings.Share held() {
        return held;
    }

    void begin(Transaction begun) {
        toldClosed = false;
        transaction = begun;
    }

    /** The content that earlier chunks of this transaction brought. */
    Optional<Reception> chunks() {
        return Optional.ofNullable(chunks);
    }

    /** Content that has begun goes on with BDAT or ends with RSET. */
    void requireNoChunks() throws RefusedException {
        if (chunks != null) {
            throw RefusedException.of(503, "5.5.1", "The content comes by BDAT already");
        }
    }

    void keepChunks(Reception reception) {
        chunks = reception;
    }

    void then(Next what) {
        next = what;
    }

    Next takeNext() {
        var taken = next;
        next = new Next.Commands();
        return taken;
    }

    /** Ends the transaction, as RSET, EHLO and the end of data do. */
    @Override
    public void resetState() {
        super.resetState();
        transaction = null;
        if (chunks != null) {
            chunks.close();
            chunks = null;
        }
        held.giveBack();
    }

    static Response response(SmtpReply reply) {
        var status = reply.status().map(s -> s + " ").orElse("");
        return new SMTPResponse(
                String.valueOf(reply.code()), status + reply.lines().getFirst());
    }

    static Response response(int code, String status, String text) {
        return response(SmtpReply.of(code, status, text));
    }
}
