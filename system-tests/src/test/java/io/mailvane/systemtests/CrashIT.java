package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** kill -9 under load, with the power or without: every 250 is accounted for. In large: {@code ./mailvane prove crash}. */
class CrashIT {
    private static final CrashRound.Load LOAD = new CrashRound.Load(8, 400, 2000);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void everyMailThatGotIts250IsDelivered(CrashRound.Loss loss) throws Exception {
        var account = new CrashRound(directory, LOAD).run(loss);

        assertThat(account.faults()).isEmpty();
        assertThat(account.accepted()).isGreaterThanOrEqualTo(LOAD.killAfter());
    }
}
