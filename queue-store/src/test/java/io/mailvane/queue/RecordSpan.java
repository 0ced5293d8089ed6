package io.mailvane.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where a sound record lies in its segment, and what it is. */
record RecordSpan(RecordHeader header, int begin, int end) {
    static List<RecordSpan> of(MemorySegmentStore store, String name) throws IOException {
        var spans = new ArrayList<RecordSpan>();
        var finds = new SegmentScan.Finds() {
            @Override
            public void record(RecordHeader header, long location, byte[] payload) {
                int begin = (int) Location.offset(location);
                spans.add(new RecordSpan(header, begin, (int) header.end(begin)));
            }

            @Override
            public void damage(long from, long to) {
                // No record is there.
            }

            @Override
            public void tail(long from, long to) {
                // No record is there.
            }
        };
        try (var reader = store.open(name)) {
            var salt = SegmentName.parse(name).salt();
            new SegmentScan(reader, 1, salt, SegmentScan.Depth.EVERYTHING).run(finds);
        }
        return spans;
    }

    byte[] octets(byte[] segment) {
        return Arrays.copyOfRange(segment, begin, end);
    }
}
