package io.mailvane.sandbox;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What an SMTP client sends: lines that end in CRLF, and content that ends in CRLF.CRLF and in nothing else (RFC 5321 section 2.3.8). */
final class SmtpInput {
    /** Beyond what RFC 5321 section 4.5.3.1 and the extensions in use may need. */
    private static final int LONGEST_COMMAND = 2048;

    /** A command that is not one. */
    static final class BadLineException extends IOException {
        private static final long serialVersionUID = 1;

        BadLineException(String sentence) {
            super(sentence);
        }
    }

    /** How content ended; unless {@link #WHOLE}, none of it may be kept. */
    enum Content {
        WHOLE,
        TOO_LARGE,
        /** It has a CR or LF that is not part of CRLF, or a NUL. */
        BARE
    }

    private final InputStream in;

    SmtpInput(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /**
     * The next command without its CRLF.
     *
     * @throws BadLineException if it is too long or has a bare CR, LF or NUL; it was read to the end of its line
     * @throws EOFException if the client has gone
     */
    String command() throws IOException {
        var line = new ByteArrayOutputStream();
        boolean isBad = false;
        for (int before = 0, octet = read(); ; before = octet, octet = read()) {
            if (octet == '\n') {
                isBad |= before != '\r';
                break;
            }
            isBad |= before == '\r' || octet == 0 || line.size() > LONGEST_COMMAND;
            if (!isBad) {
                line.write(octet);
            }
        }
        if (isBad) {
            throw new BadLineException("a command is at most " + LONGEST_COMMAND + " octets and ends in CRLF");
        }
        var text = line.toString(StandardCharsets.UTF_8);
        return text.substring(0, text.length() - 1);
    }

    /** Copies content without its dot-stuffing, and reads to its end whatever it is like. */
    Content content(OutputStream into, long mostOctets) throws IOException {
        var limited = new Limited(into, mostOctets);
        boolean isBare = false;
        boolean atLineStart = true;
        while (true) {
            int octet = read();
            if (atLineStart && octet == '.') {
                octet = read();
                if (octet == '\r' && peek() == '\n') {
                    read();
                    return isBare ? Content.BARE : limited.isExceeded() ? Content.TOO_LARGE : Content.WHOLE;
                }
            }
            limited.write(octet);
            atLineStart = octet == '\r' && peek() == '\n';
            if (atLineStart) {
                limited.write(read());
            } else {
                isBare |= octet == '\r' || octet == '\n' || octet == 0;
            }
        }
    }

    /** Writes no more than it may, and remembers that it should have. */
    private static final class Limited {
        private final OutputStream into;
        private final long most;
        private long octets;

        Limited(OutputStream into, long most) {
            this.into = into;
            this.most = most;
        }

        void write(int octet) throws IOException {
            octets++;
            if (octets <= most) {
                into.write(octet);
            }
        }

        boolean isExceeded() {
            return octets > most;
        }
    }

    /** Reads until the client leaves. */
    void drain() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    private int peek() throws IOException {
        in.mark(1);
        int octet = in.read();
        in.reset();
        return octet;
    }

    private int read() throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("the client has gone");
        }
        return octet;
    }
}
