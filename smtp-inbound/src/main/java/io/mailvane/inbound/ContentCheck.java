package io.mailvane.inbound;

import java.util.Optional;

/**
 * Watches content for what must not be in it, octet by octet over any number of pieces: bare CR, bare LF, NUL, lines that
 * are too long. The same for DATA and BDAT, so that nothing can be smuggled to a next hop by either. One thread.
 */
final class ContentCheck {
    private final int maxLine;
    private boolean afterCr;
    private int lineLength;
    private Optional<Refusal> refusal = Optional.empty();

    ContentCheck(int maxLine) {
        this.maxLine = maxLine;
    }

    void check(byte[] octets, int offset, int length) {
        int end = offset + length;
        int counted = offset;
        for (int i = offset; i < end; i++) {
            byte b = octets[i];
            if (b > '\r' || b < 0) {
                if (afterCr) {
                    refuse(Refusal.BARE_CR);
                    afterCr = false;
                }
            } else {
                lineLength += i + 1 - counted;
                counted = i + 1;
                checkControl(b);
            }
        }
        lineLength += end - counted;
        if (lineLength > maxLine) {
            refuse(Refusal.LINE_TOO_LONG);
        }
    }

    private void checkControl(byte b) {
        if (b == '\n') {
            if (!afterCr) {
                refuse(Refusal.BARE_LF);
            }
            if (lineLength > maxLine) {
                refuse(Refusal.LINE_TOO_LONG);
            }
            lineLength = 0;
            afterCr = false;
            return;
        }
        if (afterCr) {
            refuse(Refusal.BARE_CR);
        }
        if (b == 0) {
            refuse(Refusal.NUL);
        }
        afterCr = b == '\r';
    }

    /** To be called when the content has ended. */
    void end() {
        if (afterCr) {
            refuse(Refusal.BARE_CR);
        }
    }

    private void refuse(Refusal why) {
        if (refusal.isEmpty()) {
            refusal = Optional.of(why);
        }
    }

    /** The first thing that was wrong. */
    Optional<Refusal> refusal() {
        return refusal;
    }
}
