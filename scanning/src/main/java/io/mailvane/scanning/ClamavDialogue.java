package io.mailvane.scanning;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One {@code INSTREAM} with clamd. Sends on one thread and listens on another, for clamd answers a content that is too
 * large while there is still to send, and cuts the line then. Closing it ends both threads.
 */
final class ClamavDialogue implements AutoCloseable {
    private static final byte[] INSTREAM = "zINSTREAM\0".getBytes(StandardCharsets.US_ASCII);
    private static final int PIECE = 32 << 10;
    private static final int ANSWER_MOST = 4096;

    private final SocketAddress address;
    private final ScanRequest request;
    private final SocketChannel channel;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Optional<IOException> contentFailure = Optional.empty();

    ClamavDialogue(SocketAddress address, ScanRequest request) throws IOException {
        this.address = address;
        this.request = request;
        this.channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    /**
     * The answer, without the zero at its end.
     *
     * @throws IOException if there is none by the deadline, or the content cannot be read
     */
    String answer(Deadline deadline) throws IOException, InterruptedException {
        await(() -> channel.connect(address), deadline);
        threads.execute(this::send);
        try {
            return await(this::receive, deadline);
        } catch (IOException e) {
            throw contentFailure.orElse(e);
        }
    }

    private <T> T await(Callable<T> step, Deadline deadline) throws IOException, InterruptedException {
        deadline.check();
        try {
            return threads.submit(step).get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Deadline.missed(e);
        } catch (ExecutionException e) {
            throw broken(e);
        }
    }

    /** What broke on another thread, as if it had broken on this one. */
    private static IOException broken(ExecutionException e) {
        var cause = Objects.requireNonNullElse(e.getCause(), e);
        var message =
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
        return new IOException(message, cause);
    }

    private void send() {
        try (var content = request.content().open()) {
            sendPieces(content);
        } catch (IOException e) {
            contentFailure = Optional.of(new IOException("the content could not be read: " + e.getMessage(), e));
            closeChannel();
        }
    }

    private void sendPieces(InputStream content) throws IOException {
        var octets = new byte[PIECE];
        var piece = ByteBuffer.allocate(Integer.BYTES + PIECE);
        boolean heard = write(ByteBuffer.wrap(INSTREAM));
        int length = 0;
        long sent = 0;
        while (heard && length >= 0) {
            length = content.read(octets);
            sent += Math.max(0, length);
            requireAll(length < 0, sent);
            piece.clear().putInt(Math.max(0, length)).put(octets, 0, Math.max(0, length));
            heard = length == 0 || write(piece.flip());
        }
    }

    /** Before the end is told: of a content that ends early clamd would find less. */
    private void requireAll(boolean ended, long sent) throws IOException {
        if (ended && sent != request.size()) {
            throw new IOException("it has " + sent + " octets, not " + request.size());
        }
    }

    /** @return whether it was taken: a daemon that has answered already takes no more, and its answer says why */
    private boolean write(ByteBuffer octets) {
        try {
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String receive() throws IOException {
        var answer = new ByteArrayOutputStream();
        var octets = ByteBuffer.allocate(ANSWER_MOST);
        while (channel.read(octets.clear()) >= 0) {
            answer.write(octets.array(), 0, octets.position());
            int end = answer.toString(StandardCharsets.UTF_8).indexOf('\0');
            if (end >= 0) {
                return answer.toString(StandardCharsets.UTF_8).substring(0, end);
            }
            if (answer.size() > ANSWER_MOST) {
                throw new IOException("an answer that is too long");
            }
        }
        throw new IOException("no answer before the end");
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that cannot be closed", e);
        }
    }

    @Override
    public void close() {
        closeChannel();
        threads.close();
    }
}
