package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReserveTest {
    private static final long MEBI = 1 << 20;

    @TempDir
    private Path volume;

    private Path file;
    private Reserve reserve;

    @BeforeEach
    void name() {
        file = volume.resolve("zone-a.reserve");
        reserve = new Reserve(file);
    }

    private static Reserve.Left free(long octets) {
        return () -> new Space(octets, 100 * MEBI, 0, 0);
    }

    @Test
    void isPutByWhereThereIsPlentyAndGivenUpWhereNothingIsLeft() throws IOException {
        reserve.open();
        var sizes = new ArrayList<Long>();
        for (long octets : List.of(16 * MEBI - 1, 16 * MEBI, 15 * MEBI, MEBI, MEBI - 1, 15 * MEBI, 16 * MEBI)) {
            reserve.keep(free(octets));
            sizes.add(Files.size(file));
        }

        assertThat(sizes).containsExactly(0L, MEBI, MEBI, MEBI, 0L, 0L, MEBI);
    }

    @Test
    void isGivenUpAndNotPutByWhereAWriteFailed() throws IOException {
        reserve.open();
        reserve.keep(free(16 * MEBI));
        var sizes = new ArrayList<Long>();
        for (long octets : List.of(MEBI, MEBI - 1, 16 * MEBI)) {
            reserve.giveUp(free(octets));
            sizes.add(Files.size(file));
        }

        assertThat(sizes).containsExactly(MEBI, 0L, 0L);
    }

    @Test
    void isFilledUpWhereItWasPutByHalfWay() throws IOException {
        Files.writeString(file, "half");
        reserve.open();
        reserve.keep(free(16 * MEBI));

        assertThat(file).hasSize(MEBI);
    }

    @Test
    void isNeverMadeOnceTheVolumeIsOpen() throws IOException {
        reserve.open();
        Files.delete(file);
        reserve.keep(free(16 * MEBI));
        reserve.keep(free(0));
        reserve.giveUp(free(0));

        assertThat(volume).isEmptyDirectory();
    }
}
