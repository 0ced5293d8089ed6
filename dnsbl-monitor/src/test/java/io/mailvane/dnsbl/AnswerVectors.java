package io.mailvane.dnsbl;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/** The vectors of {@code answer-vectors.json}: how an address is asked, what an answer means, what a new cell shows. */
record AnswerVectors(String comment, List<NameVector> names, List<AnswerVector> answers) {
    record NameVector(String ip, String query) {}

    record AnswerVector(
            String list,
            String transport,
            @Nullable String rcode,
            List<String> cname,
            List<String> a,
            Controls controls,
            @Nullable List<String> meaning,
            AnswerClass answerClass,
            CellVector cell,
            @Nullable String note) {
        record Controls(String positive, String negative, String random) {}

        record CellVector(String state, String overlay) {}

        /** What the transport leaves of it. */
        DnsReply reply() {
            return switch (transport) {
                case "udp", "truncated, TCP answered" ->
                    new DnsReply.Answered(
                            Rcode.value(rcode == null ? "" : rcode),
                            cname,
                            a.stream().map(AnswerVector::code).toList(),
                            Optional.of(Duration.ofMinutes(5)));
                case "timeout", "truncated, TCP refused", "reply with another id, then timeout" ->
                    new DnsReply.Silent(transport);
                default -> throw new IllegalArgumentException(transport);
            };
        }

        private static int code(String text) {
            return ByteBuffer.wrap(InetAddress.ofLiteral(text).getAddress()).getInt();
        }

        @Override
        public String toString() {
            return list + " " + transport + " " + rcode + " " + cname + a + " controls " + controls.positive() + ", "
                    + controls.negative() + ", " + controls.random();
        }
    }

    static AnswerVectors load() {
        try (var resource = AnswerVectors.class.getResourceAsStream("answer-vectors.json")) {
            var mapper = JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();
            var tree = mapper.readTree(resource);
            // "class" is no name for a record component.
            tree.get("answers").forEach(vector -> rename((ObjectNode) vector));
            return mapper.treeToValue(tree, AnswerVectors.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void rename(ObjectNode vector) {
        vector.set("answerClass", vector.remove("class"));
    }
}
