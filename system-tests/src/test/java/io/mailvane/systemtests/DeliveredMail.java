package io.mailvane.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What nodes delivered to maildirs of {@code you@shop.example} and wrote of it in their logs, for an account of every 250. */
final class DeliveredMail {
    private static final Pattern DELIVERED = Pattern.compile("\\.Q([0-9A-Za-z]+)N");
    private static final Pattern SETTLED = Pattern.compile(" event=settled qid=([0-9A-Za-z]+)");
    private static final Pattern IN_DOUBT = Pattern.compile(" event=lease state=in-doubt .*qid=([0-9A-Za-z]+)");
    private static final Pattern RETURN_PATH_AND_TRACE =
            Pattern.compile("Return-Path: <me@example\\.org>\nReceived: [^\n]*\n(\t[^\n]*\n)+");

    private DeliveredMail() {}

    /** What was sent, as it was delivered, by the queue id in the file's name; {@code directory} is a node's. */
    static Map<String, List<String>> in(Path directory) throws IOException {
        Map<String, List<String>> delivered = new HashMap<>();
        var folder = Maildir.of(directory, "shop.example", "you").directory();
        try (Stream<Path> files = Files.list(folder)) {
            for (var file : files.toList()) {
                var name = DELIVERED.matcher(file.getFileName().toString());
                if (!name.find()) {
                    throw new IOException("a name without a queue id: " + file);
                }
                var text = Files.readString(file, StandardCharsets.ISO_8859_1);
                delivered
                        .computeIfAbsent(name.group(1), qid -> new ArrayList<>())
                        .add(RETURN_PATH_AND_TRACE.matcher(text).replaceFirst(""));
            }
        }
        return delivered;
    }

    /** Queue ids whose outcome a log calls settled, as often as it does. */
    static List<String> settled(Path log) throws IOException {
        return queueIds(log, SETTLED);
    }

    /** Queue ids that a log calls in doubt, as often as it does. */
    static List<String> inDoubt(Path log) throws IOException {
        return queueIds(log, IN_DOUBT);
    }

    private static List<String> queueIds(Path log, Pattern event) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.map(event::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.group(1))
                    .toList();
        }
    }

    /** Content as it went in by SMTP, as a maildir has it. */
    static String asDelivered(String content) {
        return (content + "\r\n").replace("\r\n", "\n");
    }
}
