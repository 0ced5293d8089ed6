package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Verdict.Action;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's clamd with two signatures of this test: nothing is downloaded. */
class RealClamdIT implements ScanEngineContract {
    @TempDir
    static Path directory;

    private static Optional<RealProgram> program = Optional.empty();
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        port = RealProgram.freePort();
        var signatures = Files.createDirectory(directory.resolve("signatures"));
        Files.writeString(
                signatures.resolve("test.ndb"),
                signature("Eicar", Signature.EICAR.text()) + signature("Mailvane.Test", "MAILVANE TEST SIGNATURE"));
        Files.writeString(directory.resolve("clamd.conf"), configuration(port));
        program = Optional.of(
                RealProgram.start(directory, port, "clamd", "--config-file=" + directory.resolve("clamd.conf")));
    }

    private static String signature(String name, String text) {
        return name + ":0:*:" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII)) + "\n";
    }

    private static String configuration(int port) {
        return """
            DatabaseDirectory %1$s/signatures
            TemporaryDirectory %1$s
            TCPAddr 127.0.0.1
            TCPSocket %2$d
            LocalSocket %1$s/clamd.socket
            Foreground yes
            StreamMaxLength 1M
            MaxRecursion 2
            AlertExceedsMax yes
            """.formatted(directory, port);
    }

    @AfterAll
    static void stop() {
        program.ifPresent(RealProgram::close);
    }

    @Override
    public ScanEngine engine() {
        return new ClamavEngine(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Test
    void rejectsWithTheNameOfTheSignature() throws Exception {
        var infected = Scans.request("Subject: hi\n\nMAILVANE TEST SIGNATURE\n");
        var found = Finding.of(Action.REJECT, "Mailvane.Test.UNOFFICIAL");
        assertThat(engine().scan(infected, Scans.soon())).isEqualTo(found);
        var unix = new ClamavEngine(UnixDomainSocketAddress.of(directory.resolve("clamd.socket")));
        assertThat(unix.scan(infected, Scans.soon())).isEqualTo(found);
    }

    @Test
    void quarantinesWhatIsLargerThanItsStreamMaxLength() throws Exception {
        assertThat(engine().scan(Scans.request(new byte[4 << 20]), Scans.soon()))
                .isEqualTo(Finding.of(Action.QUARANTINE, "larger than clamd takes"));
    }
}
