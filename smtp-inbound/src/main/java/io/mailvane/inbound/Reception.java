package io.mailvane.inbound;

import io.mailvane.queue.IncomingMessage;
import io.mailvane.queue.QueueUnavailableException;
import java.io.IOException;
import java.util.Optional;

/**
 * The content of one message on its way into the queue, by DATA or in chunks by BDAT. Once it is known to be refused nothing
 * more is written, though all of it is read. One thread.
 */
final class Reception implements AutoCloseable, DotUnstuffer.Content {
    private final IncomingMessage incoming;
    private final Limits limits;
    private final ContentCheck check;
    private final HeaderSection header;
    private final Holdings.Share held;
    private long holding;
    private long size;
    private Optional<Refusal> refusal = Optional.empty();
    private Optional<QueueUnavailableException> failure = Optional.empty();

    /** @param held what is kept in memory counts there */
    Reception(IncomingMessage incoming, InboundSettings settings, Holdings.Share held) {
        this.incoming = incoming;
        this.limits = settings.limits();
        this.check = new ContentCheck(limits.contentLine());
        this.header = new HeaderSection(settings.hostname(), limits.headerSection());
        this.held = held;
    }

    @Override
    public void accept(byte[] octets, int offset, int length) throws IOException {
        size += length;
        if (refusal.isPresent() || failure.isPresent()) {
            return;
        }
        check.check(octets, offset, length);
        header.accept(octets, offset, length);
        refusal = judge();
        if (refusal.isEmpty()) {
            write(octets, offset, length);
        }
    }

    private Optional<Refusal> judge() {
        if (size > limits.messageSize()) {
            return Optional.of(Refusal.MESSAGE_TOO_LARGE);
        }
        if (header.tooLarge()) {
            return Optional.of(Refusal.HEADER_TOO_LARGE);
        }
        return hold() ? check.refusal() : Optional.of(Refusal.TOO_MUCH_HELD);
    }

    /** The header section, and what of the content waits to be appended; twice, for arrays grow by doubling. */
    private boolean hold() {
        long wanted = 2 * (header.size() + Math.min(size, IncomingMessage.BUFFERED));
        boolean room = wanted <= holding || held.take(wanted - holding);
        holding = room ? wanted : holding;
        return room;
    }

    private void write(byte[] octets, int offset, int length) {
        try {
            incoming.write(octets, offset, length);
        } catch (QueueUnavailableException e) {
            failure = Optional.of(e);
        }
    }

    /** What is known of it before it has ended. */
    Optional<Refusal> early() {
        return refusal;
    }

    /** Ends the content; the refusal is final then. */
    Optional<Refusal> end() {
        if (refusal.isEmpty()) {
            check.end();
            refusal = check.refusal();
        }
        if (refusal.isEmpty() && header.findings().hops() > limits.hops()) {
            refusal = Optional.of(Refusal.LOOP);
        }
        return refusal;
    }

    Optional<QueueUnavailableException> failure() {
        return failure;
    }

    HeaderSection header() {
        return header;
    }

    IncomingMessage incoming() {
        return incoming;
    }

    /** Octets as they came, dots unstuffed. */
    long size() {
        return size;
    }

    @Override
    public void close() {
        incoming.close();
    }
}
