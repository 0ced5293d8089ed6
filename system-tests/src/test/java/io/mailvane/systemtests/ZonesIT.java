package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on a real GlusterFS over three zones lose nothing when a brick dies or fills up. In large: {@code ./mailvane prove zones}. */
class ZonesIT {
    @TempDir
    Path directory;

    @Test
    void everyMailThatGotIts250IsDelivered() throws Exception {
        Programs.needRootFor("glusterd");
        var output = directory.resolve("output");
        int status = ZonesProof.run(directory, 0, ProcessBuilder.Redirect.to(output.toFile()));

        assertThat(status).as(Files.readString(output)).isZero();
    }
}
