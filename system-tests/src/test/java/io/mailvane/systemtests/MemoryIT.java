package io.mailvane.systemtests;

import java.nio.file.Path;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory is bounded by configuration, not by what clients send. */
@Order(2)
class MemoryIT {
    @TempDir
    Path directory;

    @Test
    void twoHundredSessionsOfFourMegabytesAtOnceAreRelayed() throws Exception {
        new SessionsAtOnce(200, 4_000_000).areRelayed(directory);
    }
}
