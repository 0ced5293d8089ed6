package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.node.ListServer;
import io.mailvane.appliance.node.Node;
import io.mailvane.appliance.node.NodeText;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An address that is not admitted yet, at a node with a real name server and a real receiver, until it may send. */
class AdmissionIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final List<String> heard = new CopyOnWriteArrayList<>();

    /** Greets, says where it sees who comes, and takes no mail. */
    private void receive(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (var socket = listener.accept()) {
                talk(socket);
            } catch (IOException e) {
                heard.add("(closed)");
            }
        }
    }

    private void talk(Socket socket) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        var out = socket.getOutputStream();
        out.write("220 mx.test ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            heard.add(socket.getInetAddress().getHostAddress() + " " + line);
            var reply = line.startsWith("EHLO") ? "250 mx.test at your service, [203.0.113.11]" : "221 Bye";
            out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void knowWorld(ListServer names) {
        names.know("in-addr.arpa. 1 SOA b.in-addr-servers.arpa. nstld.iana.org. 1 1800 900 604800 3600");
        names.know("11.113.0.203.in-addr.arpa. 1 PTR out1.example.");
        names.know("out1.example. 1 A 203.0.113.11");
        names.know("out1.example. 1 TXT \"v=spf1 a -all\"");
    }

    private static String status(Path config, String... more) {
        var out = new ByteArrayOutputStream();
        var arguments = new String[more.length + 2];
        arguments[0] = "dnsbl";
        arguments[1] = "status";
        System.arraycopy(more, 0, arguments, 2, more.length);
        Program.run(
                Terminal.of(out, new ByteArrayOutputStream(), Map.of("MAILVANE_CONFIG", config.toString())), arguments);
        return out.toString(StandardCharsets.UTF_8);
    }

    private String page(Path config) throws Exception {
        var told = Files.readString(config.resolveSibling("data/run/node.json"));
        var address = told.replaceFirst("(?s).*\"http\":\"([^\"]*)\".*", "$1");
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + address + "/reputation"))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void itMaySendOnceTheLastItemIsMended() throws Exception {
        try (var names = ListServer.start();
                var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().name("receiver").start(() -> receive(listener));
            knowWorld(names);
            var config =
                    Files.writeString(folder.resolve("node.toml"), NodeText.waiting(names, listener.getLocalPort()));
            try (var _ = Node.start(config)) {
                Awaitility.await()
                        .atMost(DEADLINE)
                        .untilAsserted(() -> assertThat(status(config).lines().filter(line -> line.startsWith("  ")))
                                .containsExactly(
                                        "  ptr                    right",
                                        "  helo                   right",
                                        "  spf                    right",
                                        "  spf shop.example       wrong: shop.example has no SPF record: give it a TXT"
                                                + " record such as \"v=spf1 ip4:203.0.113.11 ~all\"",
                                        "  lists                  right",
                                        "  port-25                right",
                                        "  echo                   right"));
                assertThat(heard).startsWith("127.0.0.11 EHLO out1.example", "127.0.0.11 QUIT");
                assertThat(page(config))
                        .contains("Not admitted yet", "SPF of shop.example", "give it a TXT record such as");

                names.know("shop.example. 1 TXT \"v=spf1 ip4:203.0.113.0/24 -all\"");

                Awaitility.await()
                        .atMost(DEADLINE)
                        .until(() -> status(config, "--json").contains("\"state\":\"WARMING\""));
                assertThat(status(config, "--json")).contains("\"admission\":[]");
                assertThat(page(config)).doesNotContain("Not admitted yet");
            }
        }
    }
}
