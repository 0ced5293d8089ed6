package io.mailvane.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

class WorldZoneTest {
    private static final String APEX = "@ SOA ns hostmaster 1 60 30 600 5\n@ NS ns\n";

    @TempDir
    Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("zones"), "$TTL 5\n" + text);
    }

    @Test
    void eachSoaBeginsAZone() throws IOException {
        var zones = WorldZone.read(file("$ORIGIN a.example.\n" + APEX + "$ORIGIN b.example.\n" + APEX));
        assertThat(zones).extracting(zone -> zone.origin().toString()).containsExactly("a.example.", "b.example.");
    }

    @Test
    void anAliasIsFoundForEveryType() throws IOException {
        var zone = WorldZone.read(file("$ORIGIN a.example.\n" + APEX + "www CNAME host.b.example.\n"))
                .getFirst();
        assertThat(zone.find(Name.fromString("www.a.example."), Type.A))
                .isInstanceOfSatisfying(
                        Finding.Found.class,
                        found -> assertThat(found.records())
                                .extracting(record -> record.rdataToString())
                                .containsExactly("host.b.example."));
    }

    @Test
    void aRecordBeforeTheFirstSoaIsNamed() throws IOException {
        var file = file("$ORIGIN a.example.\nwww A 127.0.0.1\n");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> WorldZone.read(file))
                .withMessage("www.a.example. comes before the first SOA");
    }

    @Test
    void aRecordOfAnotherZoneIsNamed() throws IOException {
        var file = file("$ORIGIN a.example.\n" + APEX + "$ORIGIN b.example.\nwww A 127.0.0.1\n");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> WorldZone.read(file))
                .withMessageContaining("www.b.example.");
    }
}
