package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Odd mail of the real world goes in by DATA and by BDAT; what came comes out behind our trace field. */
class OddContentIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int CHUNK = 1009;
    private static final int LARGE = 20 << 20;
    private static final int MOST_HOPS = 50;
    private static final String TRACE =
            "Received: from client\\.example \\(\\[127\\.0\\.0\\.1]\\)\r\n\tby mx-a\\.example with \\w+ id \\w+\r\n"
                    + "\tfor <you@shop\\.example>;\r\n\t[^\r\n]*\r\n";

    @TempDir
    static Path directory;

    private static NextHop hop;
    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        hop = new NextHop(Manners.GOOD);
        NodeFile.write(directory, NodeFile.toHost("shop.example", hop.port()));
        node = NodeProcess.start(directory);
    }

    @AfterAll
    static void stop() {
        node.close();
        hop.close();
    }

    @BeforeEach
    void forget() {
        hop.taken().clear();
    }

    /** Hand-made files; their line feeds become CRLF. */
    static Stream<String> files() {
        return Stream.of(
                "latin-1",
                "utf-8-header",
                "nested-multipart",
                "broken-mime",
                "resent",
                "duplicate-fields",
                "folded",
                "only-dots",
                "mbox",
                "no-header",
                "header-alone",
                "empty-body",
                "foreign-results",
                "strange-fields");
    }

    static Stream<String> generated() {
        return made().keySet().stream();
    }

    private static Map<String, String> made() {
        var made = new TreeMap<String, String>();
        made.put("empty message", "");
        made.put("an empty line alone", "\r\n");
        made.put("lines of 998 octets, all but CR, LF and NUL", "Subject: octets\r\n\r\n" + octetLines(998));
        made.put("lines beyond the limit of RFC 5321", "Subject: long\r\n\r\n" + octetLines(100_000));
        made.put("a field of 200 KiB", "X-Long: " + "z".repeat(200 << 10) + "\r\nSubject: long\r\n\r\nbody\r\n");
        made.put("a field of 5000 lines", "References:" + "\r\n\t<a@b.example>".repeat(5000) + "\r\n\r\nbody\r\n");
        made.put("as many hops as may be", received(MOST_HOPS - 1) + "\r\nbody\r\n");
        made.put("20 MB", "Subject: large\r\n\r\n" + ("QUJD".repeat(19) + "\r\n").repeat(LARGE / 78));
        return made;
    }

    private static String octetLines(int length) {
        var text = new StringBuilder();
        for (int octet = 1; text.length() < 3 * length; octet = octet % 255 + 1) {
            if (octet != '\r' && octet != '\n') {
                text.append((char) octet);
            }
        }
        return text.substring(0, length) + "\r\n." + text.substring(length, 2 * length - 1) + "\r\n";
    }

    private static String received(int fields) {
        return "Received: from a.example by b.example; Wed, 25 Nov 2026 08:00:00 +0000\r\n".repeat(fields);
    }

    private static String file(String name) throws IOException {
        try (var resource = Objects.requireNonNull(OddContentIT.class.getResourceAsStream("odd/" + name + ".eml"))) {
            return new String(resource.readAllBytes(), StandardCharsets.ISO_8859_1).replace("\n", "\r\n");
        }
    }

    enum Way {
        DATA,
        BDAT
    }

    /** The reply to the content. */
    private static String send(String content, Way way) throws IOException {
        try (var talk = node.connect()) {
            talk.ask("MAIL FROM:<me@example.org> BODY=8BITMIME");
            talk.ask("RCPT TO:<you@shop.example>");
            int chunk = Math.max(CHUNK, content.length() / 50);
            return way == Way.DATA ? talk.data(content) : talk.bdat(content, chunk);
        }
    }

    /** What came out behind our trace field. */
    private static String relayed(String content, Way way) throws IOException {
        int before = hop.taken().size();
        SmtpTalk.queueId(send(content, way));
        await().atMost(DEADLINE).until(() -> hop.taken().size() == before + 1);
        var came = hop.taken().getLast().content();
        assertThat(came.substring(0, Math.min(came.length(), 1000))).matches("(?s)" + TRACE + ".*");
        return came.replaceFirst(TRACE, "");
    }

    private static void assertSame(String came, String sent) {
        // Not isEqualTo: a difference in 20 MB would be printed whole.
        assertThat(came.equals(sent)).as("%.2000s", came).isTrue();
    }

    @ParameterizedTest
    @MethodSource("files")
    void comesOutAsItCame(String name) throws Exception {
        var content = file(name);

        assertThat(relayed(content, Way.DATA)).isEqualTo(content);
        assertThat(relayed(content, Way.BDAT)).isEqualTo(content);
    }

    @ParameterizedTest
    @MethodSource("generated")
    void comesOutAsItCameWhateverItsSize(String name) throws Exception {
        var content = Objects.requireNonNull(made().get(name));

        assertSame(relayed(content, Way.DATA), content);
        assertSame(relayed(content, Way.BDAT), content);
    }

    @ParameterizedTest
    @CsvSource({"forged"})
    void fieldsInOurNameAreLeftOut(String name) throws Exception {
        var content = file(name);
        var expected = file(name + ".expected");

        assertThat(relayed(content, Way.DATA)).isEqualTo(expected);
        assertThat(relayed(content, Way.BDAT)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        body without its last CRLF   | Subject: x~~no end
        header without its last CRLF | Subject: x
        no header and no CRLF        | plain
        last line a dot              | Subject: x~~.
        """)
    void aMissingLastLineEndIsAddedForDataAlone(String name, String pattern) throws Exception {
        var content = pattern.replace("~", "\r\n");

        assertThat(relayed(content, Way.BDAT)).as(name).isEqualTo(content + "\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        NUL in the body       | DATA | Subject: x~~a@b~               | 5
        NUL in the header     | BDAT | Subject: @x~~body~             | 5
        bare CR               | DATA | Subject: x~~a^b~               | 5
        bare CR               | BDAT | Subject: x~~a^b~               | 5
        bare LF               | DATA | Subject: x~~a$b~               | 5
        bare LF               | BDAT | Subject: x~~a$b~               | 5
        LF dot LF, smuggled   | DATA | Subject: x~~a$.$MAIL FROM:<>~  | 5
        """)
    void isRefusedWholeAndNothingIsKept(String name, Way way, String pattern, String reply) throws Exception {
        var content = pattern.replace("~", "\r\n")
                .replace('@', '\0')
                .replace('^', '\r')
                .replace('$', '\n');
        var sent = content.endsWith("\r\n") ? content : content + "\r\n";

        assertThat(send(sent, way)).as(name).startsWith(reply);
        assertThat(node.queued()).isZero();
        assertThat(hop.taken()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"DATA", "BDAT"})
    void whatIsTooMuchIsRefused(Way way) throws Exception {
        assertThat(send(received(MOST_HOPS + 1) + "\r\nbody\r\n", way)).startsWith("554 5.4.6 ");
        assertThat(send("X-Long: " + "z".repeat(300 << 10) + "\r\n\r\nbody\r\n", way))
                .startsWith("552 5.3.4 ");
        assertThat(send("Subject: x\r\n\r\n" + "y".repeat(2 << 20) + "\r\n", way))
                .startsWith("5");
        assertThat(hop.taken()).isEmpty();
    }
}
