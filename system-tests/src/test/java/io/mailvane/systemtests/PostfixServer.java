package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;

/** A Postfix of our own beside the system's: its own folders, loopback alone, mail for its domains to maildirs. */
final class PostfixServer implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final String MAIN = """
            compatibility_level = 3.6
            queue_directory = ROOT/spool
            data_directory = ROOT/data
            maillog_file = ROOT/mail.log
            maillog_file_prefixes = ROOT
            myhostname = postfix.example
            mydestination =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks = 127.0.0.0/8
            alias_maps =
            local_recipient_maps =
            smtpd_peername_lookup = no
            disable_dns_lookups = yes
            default_transport = error:nothing leaves
            virtual_mailbox_domains = DOMAIN
            virtual_mailbox_base = ROOT/maildir
            virtual_mailbox_maps = static:you/
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            """;

    private static final String MASTER = """
            127.0.0.1:PORT inet n - n - - smtpd
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            error unix - - n - - error
            retry unix - - n - - error
            proxymap unix - - n - - proxymap
            virtual unix - n n - - virtual
            anvil unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd
            """;

    private final Path root;
    private final int port;

    private PostfixServer(Path root, int port) {
        this.root = root;
        this.port = port;
    }

    static PostfixServer start(String domain) throws IOException, InterruptedException {
        Programs.needRootFor("postfix");
        var root = Files.createTempDirectory("mailvane-postfix");
        var server = new PostfixServer(root, NextHop.unusedPort());
        server.write(Map.of("ROOT", root.toString(), "DOMAIN", domain, "PORT", Integer.toString(server.port)));
        Programs.shell(root, "chown postfix data; chown nobody maildir; postfix -c " + root + "/etc start");
        try {
            await().atMost(DEADLINE).until(() -> SmtpSink.answers(server.port));
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private void write(Map<String, String> values) throws IOException {
        for (var folder : new String[] {"", "etc", "spool", "data", "maildir"}) {
            Files.setPosixFilePermissions(
                    Files.createDirectories(root.resolve(folder)), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        var main = MAIN;
        var master = MASTER;
        for (var value : values.entrySet()) {
            main = main.replace(value.getKey(), value.getValue());
            master = master.replace(value.getKey(), value.getValue());
        }
        Files.writeString(root.resolve("etc/main.cf"), main);
        Files.writeString(root.resolve("etc/master.cf"), master);
    }

    int port() {
        return port;
    }

    Maildir maildir() {
        return new Maildir(root.resolve("maildir/you/new"));
    }

    String log() throws IOException {
        return Files.readString(root.resolve("mail.log"));
    }

    /** Stops it, and waits for its end. */
    @Override
    public void close() throws IOException {
        try {
            Programs.shell(root, "postfix -c " + root + "/etc stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
        assertThat(root).doesNotExist();
    }
}
