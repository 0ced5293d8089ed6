package io.mailvane.inbound;

import java.io.IOException;

/**
 * Reads DATA: takes the dots off lines that begin with one, and finds the end, which is CRLF, dot, CRLF and nothing else.
 * Whatever a mail holds that is nearly that (LF dot CRLF and its kin) is content, which {@link ContentCheck} then refuses.
 * One thread, one message.
 *
 * <p>Source: RFC 5321 sections 4.1.1.4 and 4.5.2.
 */
final class DotUnstuffer implements WireInput.OctetSink {
    private enum State {
        LINE_START,
        IN_LINE,
        AFTER_CR,
        AFTER_DOT,
        AFTER_DOT_CR
    }

    /** Where the content goes, in pieces. */
    interface Content {
        void accept(byte[] octets, int offset, int length) throws IOException;
    }

    private static final byte[] CR = {'\r'};

    private final Content content;
    private State state = State.LINE_START;
    private boolean ended;

    DotUnstuffer(Content content) {
        this.content = content;
    }

    /** Whether the end was read. It may be the last octet that was offered, so that nothing else tells. */
    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public int accept(byte[] octets, int offset, int length) throws IOException {
        int end = offset + length;
        int runBegins = offset;
        for (int i = offset; i < end; i++) {
            byte b = octets[i];
            switch (state) {
                case IN_LINE -> {
                    if (b == '\r') {
                        state = State.AFTER_CR;
                    }
                }
                case AFTER_CR -> state = afterCr(b);
                case LINE_START -> {
                    if (b == '.') {
                        pass(octets, runBegins, i);
                        runBegins = i + 1;
                        state = State.AFTER_DOT;
                    } else {
                        state = inLine(b);
                    }
                }
                case AFTER_DOT -> {
                    if (b == '\r') {
                        // Held back: it may be of the end.
                        runBegins = i + 1;
                        state = State.AFTER_DOT_CR;
                    } else {
                        state = State.IN_LINE;
                    }
                }
                case AFTER_DOT_CR -> {
                    if (b == '\n') {
                        ended = true;
                        return i + 1 - offset;
                    }
                    content.accept(CR, 0, 1);
                    state = inLine(b);
                }
            }
        }
        pass(octets, runBegins, end);
        return length;
    }

    private static State afterCr(byte b) {
        return b == '\n' ? State.LINE_START : inLine(b);
    }

    private static State inLine(byte b) {
        return b == '\r' ? State.AFTER_CR : State.IN_LINE;
    }

    private void pass(byte[] octets, int from, int to) throws IOException {
        if (to > from) {
            content.accept(octets, from, to - from);
        }
    }
}
