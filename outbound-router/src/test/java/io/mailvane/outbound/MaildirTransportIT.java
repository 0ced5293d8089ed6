package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaildirTransportIT extends TransportContract {
    @TempDir
    Path directory;

    private Transport at(Path root) {
        return new MaildirTransport(root, "mx-a.example", () -> Instant.ofEpochSecond(1_772_366_400), kit.nanos::get);
    }

    @Override
    Transport open() {
        return at(directory.resolve("maildir"));
    }

    @Override
    Transport refusing() throws Exception {
        return at(Files.createFile(directory.resolve("a-file")));
    }

    @Test
    void writesOneFileForEachRecipientAndLeavesNothingInTmp() throws Exception {
        try (var session = open().open()) {
            session.deliver(kit.mail(SmtpKit.envelope("a@X.Example", "b@x.example"), "A: b\r\n\r\n.c\r\nd\re\r\n"));
        }

        var name = "1772366400.Q" + SmtpKit.ID + "N%d.mx-a.example";
        assertThat(directory.resolve("maildir/x.example/a/new/" + name.formatted(1)))
                .hasContent("Return-Path: <me@example.org>\nA: b\n\n.c\nd\re\n");
        assertThat(directory.resolve("maildir/x.example/b/new/" + name.formatted(2)))
                .exists();
        assertThat(directory.resolve("maildir/x.example/a/tmp")).isEmptyDirectory();
        assertThat(directory.resolve("maildir/x.example/a/cur")).isEmptyDirectory();
    }

    @Test
    void letsItsOwnerAloneReadMail() throws Exception {
        try (var session = open().open()) {
            session.deliver(kit.mail(SmtpKit.envelope("a@x.example"), SmtpKit.CONTENT));
        }

        try (var made = Files.walk(directory.resolve("maildir"))) {
            for (var path : made.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(path.toString())
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void saysTheNullReversePath() throws Exception {
        var envelope = Envelope.of(ReversePath.nullPath(), List.of(Recipient.of(Mailbox.parse("a@x.example"))));
        try (var session = open().open()) {
            session.deliver(kit.mail(envelope, SmtpKit.CONTENT));
        }
        try (var files = Files.list(directory.resolve("maildir/x.example/a/new"))) {
            assertThat(files.toList())
                    .singleElement()
                    .satisfies(file -> assertThat(file).content().startsWith("Return-Path: <>\nSubject: x\n"));
        }
    }

    /** Of 86 octets each is three in the folder's name, which may have 255. */
    @Test
    void failsForALocalPartThatNoFolderCanBeNamedAfter() throws Exception {
        var envelope = SmtpKit.envelope("#".repeat(86) + "@x.example", "#".repeat(85) + "@x.example");
        try (var session = open().open()) {
            assertThat(session.deliver(kit.mail(envelope, SmtpKit.CONTENT)))
                    .isInstanceOfSatisfying(
                            DeliveryReport.Attempted.class,
                            report -> assertThat(report.outcomes())
                                    .extracting(outcome -> outcome.reply().code())
                                    .containsExactly(550, 250));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "joe, joe",
        "J.o_e+1-2, J.o_e+1-2",
        "'..', %2E%2E",
        "'.', %2E",
        "'../../etc', ..%2F..%2Fetc",
        "'a/b', a%2Fb",
        "'a b', a%20b",
        "'%41', %2541",
        "'', %",
        "j\u00f6rg, j%C3%B6rg",
        "'[192.0.2.1]', %5B192.0.2.1%5D",
    })
    void everyNameIsOneStepDownTheTree(String text, String name) {
        assertThat(MaildirTransport.encode(text)).isEqualTo(name);
    }
}
