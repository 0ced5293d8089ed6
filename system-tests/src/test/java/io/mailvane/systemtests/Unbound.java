package io.mailvane.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's unbound, a caching resolver that knows one zone and never leaves loopback. */
final class Unbound implements AutoCloseable {
    /** By a copy: on a system with AppArmor the installed file may read the system's configuration alone. */
    private static final String COMMAND = "./unbound -d -c unbound.conf";

    private final DnsServer server;
    private final int port;

    private Unbound(DnsServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Asks the server at {@code zonePort} for what is in the zone. */
    static Unbound start(Path folder, String zone, int zonePort) throws IOException, InterruptedException {
        Programs.need("unbound");
        Files.createDirectory(folder);
        Programs.shell(folder, "cp \"$(command -v unbound)\" .");
        int port = DnsServer.unusedPort();
        Files.writeString(folder.resolve("unbound.conf"), configuration(folder, port, zone, zonePort));
        return new Unbound(DnsServer.start(folder, COMMAND, "start of service"), port);
    }

    /** Without DNSSEC; it gives up early on a server that is gone, and soon asks it again. */
    private static String configuration(Path folder, int port, String zone, int zonePort) {
        return """
            server:
              directory: "%1$s"
              pidfile: "unbound.pid"
              username: ""
              chroot: ""
              use-syslog: no
              interface: 127.0.0.1
              port: %2$d
              outgoing-interface: 127.0.0.1
              do-ip6: no
              do-not-query-localhost: no
              num-threads: 1
              module-config: "iterator"
              unknown-server-time-limit: 200
              outbound-msg-retry: 2
              infra-host-ttl: 1
            remote-control:
              control-enable: no
            stub-zone:
              name: "%3$s"
              stub-addr: 127.0.0.1@%4$d
            """.formatted(folder, port, zone, zonePort);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        server.close();
    }
}
