package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.outbound.OutboundRouter;
import io.mailvane.queue.PartitionLock;
import io.mailvane.storage.FileLeaseStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node in this process: what it leaves on disk, what it reads anew, and what it refuses. */
class NodeIT {
    private static final String LEAST = """
            [node]
            name = "zone-a"
            zone = "a"
            hostname = "mx-a.example"
            data = "data"
            drain = "5s"
            [[listener]]
            name = "mx"
            role = "mx"
            address = "127.0.0.1:0"
            certificate = "mx.crt"
            key = "mx.key"
            [http]
            address = "127.0.0.1:0"
            certificate = "mx.crt"
            key = "mx.key"
            [dns]
            resolvers = ["127.0.0.1:9"]
            """;

    @TempDir
    static Path certificates;

    @TempDir
    Path folder;

    private static X509Certificate certificate;
    private Path file;

    /** Once, since keytool takes longer than a node. */
    @BeforeAll
    static void certify() throws Exception {
        certificate = Certificates.make(certificates, "mx");
    }

    @BeforeEach
    void configure() throws Exception {
        for (var name : List.of("mx.crt", "mx.key")) {
            Files.copy(certificates.resolve(name), folder.resolve(name));
        }
        file = write(LEAST);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("node.toml"), text);
    }

    @Test
    void leavesItsAnnouncementWhileItRuns() throws Exception {
        try (var node = Node.start(file)) {
            var ready = node.readyLine().split("[ =]");
            assertThat(node.readyLine()).isEqualTo("READY node=zone-a smtp=" + ready[4] + " http=" + ready[6]);
            assertThat(folder.resolve("data/run/node.json"))
                    .hasContent("{\"contract\":1,\"node\":\"zone-a\",\"pid\":"
                            + ProcessHandle.current().pid() + ",\"listeners\":{\"mx\":\"" + ready[4]
                            + "\"},\"http\":\"" + ready[6] + "\"}");
            assertThat(mode("data/run/admin.token")).isEqualTo("rw-------");
        }
        assertThat(folder.resolve("data/run/node.json")).doesNotExist();
    }

    @Test
    void letsNobodyElseIntoItsDirectories() throws Exception {
        Node.start(write(LEAST + "[queue]\nvolume = \"volume\"\n")).close();
        for (var directory : List.of("data", "data/run", "volume", "volume/zone-a")) {
            assertThat(mode(directory)).as(directory).isEqualTo("rwx------");
        }
    }

    @Test
    void warnsOfAKeyThatEverybodyCanRead() throws Exception {
        var key = Files.setPosixFilePermissions(folder.resolve("mx.key"), PosixFilePermissions.fromString("rw-r-----"));
        try (var log = new Lines(Node.class);
                var node = Node.start(file)) {
            assertThat(log.lines()).noneMatch(line -> line.contains("secret-readable"));
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(node.reload()).isEmpty();
            assertThat(log.lines())
                    .containsOnlyOnce(
                            "event=alarm what=secret-readable file=" + key + " reason=\"every user can read it\"");
        }
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }

    @Test
    void namesEachSettingThatNeedsARestartAndChangesNothing() throws Exception {
        try (var node = Node.start(file)) {
            write(LEAST.replace("5s", "6s").replace("\"a\"", "\"c\"") + """
                    [queue]
                    retry = ["1m"]
                    [[relay-domain]]
                    domain = "shop.example"
                    """);
            assertThat(node.reload())
                    .containsExactly(
                            file + ":1: node.postmaster, not given and so \"postmaster@shop.example\""
                                    + ": a change of it needs a restart; in force is \"postmaster@mx-a.example\"",
                            file + ":3: node.zone = \"c\": a change of it needs a restart; in force is \"a\"",
                            file + ":6: node.drain = \"6s\": a change of it needs a restart; in force is \"5s\"",
                            file + ":20: queue.retry = [\"1m\"]: a change of it needs a restart; in force is "
                                    + "[\"5m\", \"10m\", \"20m\", \"40m\", \"1h\"]");
            write(LEAST.replaceAll("(?s)certificate.*?\\[http]", "[http]"));
            assertThat(node.reload())
                    .containsExactly(
                            file + ":7: listener.mx.certificate, not given and so none"
                                    + ": a change of it needs a restart; in force is \"" + folder + "/mx.crt\"",
                            file + ":7: listener.mx.key, not given and so none"
                                    + ": a change of it needs a restart; in force is \"" + folder + "/mx.key\"");
            write(LEAST);
            assertThat(node.reload()).isEmpty();
        }
    }

    @Test
    void namesTheProblemsOfAFileThatIsWrong() throws Exception {
        try (var node = Node.start(file)) {
            write(LEAST + "[direct]\nport = 0\nprot = 1\n");
            assertThat(node.reload())
                    .containsExactly(
                            file + ":20: direct.port = 0: must be a whole number from 1 to 65535",
                            file + ":21: direct.prot = 1: unknown key (did you mean port?)");
        }
    }

    @Test
    void servesARenewedCertificateAfterAReload() throws Exception {
        try (var node = Node.start(file)) {
            var ready = node.readyLine().split("[ =]");
            assertThat(Certificates.ofSmtp(ready[4])).isEqualTo(certificate);
            assertThat(Certificates.ofHttps(ready[6])).isEqualTo(certificate);

            var renewed = Certificates.make(folder, "mx");
            assertThat(node.reload()).isEmpty();

            assertThat(Certificates.ofSmtp(ready[4])).isEqualTo(renewed).isNotEqualTo(certificate);
            assertThat(Certificates.ofHttps(ready[6])).isEqualTo(renewed);
        }
    }

    @Test
    void leavesNothingOpenAndNothingInDoubtWhenItCannotStart() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var delivery = new Lines(OutboundRouter.class);
                var lease = new Lines(Partitions.class)) {
            var port = "127.0.0.1:" + taken.getLocalPort();
            write(LEAST.replace("[http]\naddress = \"127.0.0.1:0\"", "[http]\naddress = \"" + port + "\""));
            assertThatThrownBy(() -> Node.start(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("http: cannot bind " + port + ": ");
            write(LEAST.replace("\"mx\"\naddress = \"127.0.0.1:0\"", "\"mx\"\naddress = \"" + port + "\""));
            assertThatThrownBy(() -> Node.start(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("listener mx: cannot bind " + port + ": ");
            assertThat(delivery.lines()).isEmpty();
            assertThat(lease.lines())
                    .containsExactly(
                            "event=lease state=taken partition=zone-a epoch=1",
                            "event=lease state=released partition=zone-a epoch=1",
                            "event=lease state=taken partition=zone-a epoch=2",
                            "event=lease state=released partition=zone-a epoch=2");
        }
        Node.start(write(LEAST)).close();
    }

    @Test
    void refusesASecondOneOnTheSamePartition() throws Exception {
        write(LEAST + "[queue]\nvolume = \"volume\"\n");
        var second = Files.writeString(
                folder.resolve("second.toml"), Files.readString(file).replace("\"data\"", "\"other\""));
        try (var node = Node.start(file)) {
            assertThat(node.readyLine()).startsWith("READY ");
            assertThatThrownBy(() -> Node.start(second))
                    .isInstanceOf(PartitionLock.HeldException.class)
                    .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
        }
    }

    @Test
    void takesNothingOnceItIsToldToStop() throws Exception {
        var stop = new StopSignal();
        stop.give();
        write(LEAST + "[queue]\nvolume = \"volume\"\n");

        assertThatThrownBy(() -> Node.start(file, stop))
                .isInstanceOf(StopSignal.StoppedException.class)
                .hasMessage("the node is being stopped");
        assertThat(new FileLeaseStore(folder.resolve("volume")).partitions()).isEmpty();
        Node.start(file).close();
    }

    @Test
    void saysWhichSettingsAreInForce() throws Exception {
        var log = new Lines(Node.class);
        try (var node = Node.start(file)) {
            assertThat(node.readyLine()).startsWith("READY ");
        } finally {
            log.close();
        }
        assertThat(log.lines())
                .startsWith("the configuration in force, of " + file + ":")
                .containsSubsequence(List.of(
                        "[node] name=zone-a hostname=mx-a.example postmaster=postmaster@mx-a.example zone=a data="
                                + folder + "/data drain=5s",
                        "[listener.mx] name=mx role=mx address=127.0.0.1:0 certificate=" + folder + "/mx.crt key="
                                + folder + "/mx.key",
                        "[queue] deliver=true volume=" + folder + "/data/volume retry=[5m, 10m, 20m, 40m, 1h]"
                                + " expire=5d lease-term=10s segment-size=64MiB keep-settled=10000",
                        "[dns] resolvers=[127.0.0.1:9]"));
    }
}
