package io.mailvane.queue;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A segment's file name. It says again what the header says, so that a segment is still read when its first octets are
 * damaged. Names sort by number.
 *
 * @param salt no client ever learns it
 */
record SegmentName(int number, long epoch, long salt) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{8})-e([0-9a-f]{8,16})-([0-9a-f]{16})\\.segment");
    private static final int HEXADECIMAL = 16;

    static SegmentName parse(String text) throws IOException {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IOException(text + " is not a segment's name");
        }
        return new SegmentName(
                Integer.parseUnsignedInt(form.group(1), HEXADECIMAL),
                Long.parseUnsignedLong(form.group(2), HEXADECIMAL),
                Long.parseUnsignedLong(form.group(3), HEXADECIMAL));
    }

    String text() {
        return String.format(Locale.ROOT, "%08x-e%08x-%016x.segment", number, epoch, salt);
    }
}
