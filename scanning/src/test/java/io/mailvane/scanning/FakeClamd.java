package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers {@code INSTREAM} as clamd does to EICAR and to all else, or as it is told. */
final class FakeClamd implements AutoCloseable {
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile String answer = "";
    private volatile int most = Integer.MAX_VALUE;

    FakeClamd() throws IOException {
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        threads.execute(this::serve);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** @param answer with its zero, if it is to have one; empty: hangs up */
    void answers(String answer) {
        this.answer = answer;
    }

    /** Answers what is larger as clamd does, and reads no more of it. */
    void takes(int most) {
        this.most = most;
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                threads.execute(() -> talk(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Socket socket) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            var command = new String(in.readNBytes("zINSTREAM\0".length()), US_ASCII);
            var content = new ByteArrayOutputStream();
            int length = in.readInt();
            while (length > 0 && content.size() <= most) {
                content.write(in.readNBytes(length));
                length = content.size() > most ? 0 : in.readInt();
            }
            var usual = content.size() > most
                    ? "INSTREAM size limit exceeded. ERROR\0"
                    : "stream: "
                            + (content.toString(UTF_8).contains(Signature.EICAR.text()) ? "Eicar FOUND\0" : "OK\0");
            var said = answer.isEmpty() ? usual : answer;
            socket.getOutputStream()
                    .write((command.equals("zINSTREAM\0") ? said : "UNKNOWN COMMAND\0").getBytes(UTF_8));
        } catch (IOException e) {
            // The engine gave up: what it says of that is what is tested.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.close();
    }
}
