package io.mailvane.inbound;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client's socket that can keep what is written to it, and send it in one piece. */
final class Corked extends Socket {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean corked;

    Corked(InetSocketAddress server) throws IOException {
        super(server.getAddress(), server.getPort());
    }

    void cork() {
        corked = true;
    }

    /** Octets that wait. */
    int kept() {
        return kept.size();
    }

    /** Sends all but the last octets, which wait on. */
    void uncorkBut(int octets) throws IOException {
        var all = kept.toByteArray();
        kept.reset();
        kept.write(all, all.length - octets, octets);
        super.getOutputStream().write(all, 0, all.length - octets);
    }

    /** Sends all, and what is written from now on. */
    void uncork() throws IOException {
        uncorkBut(0);
        corked = false;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        var socket = super.getOutputStream();
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                (corked ? kept : socket).write(octets, offset, length);
            }
        };
    }
}
