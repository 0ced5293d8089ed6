package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Verdict.Action;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartFieldsTest {
    private static final String DOUBT = "MIME that can be read in several ways";
    private static final String PROGRAM =
            Base64.getEncoder().encodeToString(HexFormat.of().parseHex("4d5a90000300000004000000ffff0000"));
    private static final String TEXT = Base64.getEncoder().encodeToString("how are you?".getBytes(UTF_8));
    private static final String MIXED = "Content-Type: multipart/mixed; boundary=\"B\"";
    private static final String ENCODED = "Content-Transfer-Encoding: base64";

    private final BuiltinEngine engine = new BuiltinEngine(BuiltinLimits.DEFAULT);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Transfer-Encoding: base64",
                "Content-Transfer-Encoding: base64 (pdf)",
                "Content-Transfer-Encoding: (a (b;\\) c)) BASE64",
                "Content-Transfer-Encoding:\n (a)\n base64",
                "Content-Transfer-Encoding : base64",
                "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: base64"
            })
    void readsAnEncodingAsRfc2045WritesIt(String encoding) throws Exception {
        requireUnderstood(MIXED, encoding);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: multipart/mixed; boundary=\"B\"",
                "Content-Type: multipart/(x)mixed (y); (z) boundary=B",
                "Content-Type: Multipart / Mixed; Boundary=B; boundary=\"B\"",
                "Content-Type: multipart/mixed; boundary*0=\"B\"",
                "Content-Type: multipart/mixed; boundary*=us-ascii''B",
                "Content-Type: multipart/mixed; boundary*0*=us-ascii'en'%42; boundary*1=\"\"",
                "Content-Type: multipart/mixed; boundary=\"B\"\nContent-Type: multipart/mixed; boundary=B"
            })
    void readsATypeAsRfc2045And2231WriteIt(String type) throws Exception {
        requireUnderstood(type, ENCODED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a+b'c'd", "=_%41", "0123456789:/?"})
    void takesABoundaryAsItStands(String boundary) throws Exception {
        assertThat(scan("Content-Type: multipart/mixed; boundary=\"" + boundary + "\"", ENCODED, PROGRAM, boundary))
                .isEqualTo(Finding.of(Action.REJECT, "Windows program"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: multipart/mixed; boundary*1=c; boundary*0=\"a+b\"",
                "Content-Type: multipart/mixed; boundary*=us-ascii''a+b%63"
            })
    void putsABoundaryTogether(String type) throws Exception {
        assertThat(scan(type, ENCODED, PROGRAM, "a+bc")).isEqualTo(Finding.of(Action.REJECT, "Windows program"));
    }

    private void requireUnderstood(String type, String encoding) throws Exception {
        assertThat(scan(type, encoding, PROGRAM, "B")).isEqualTo(Finding.of(Action.REJECT, "Windows program"));
        assertThat(scan(type, encoding, TEXT, "B")).isEqualTo(Finding.CLEAN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Transfer-Encoding: base64;",
                "Content-Transfer-Encoding: \"base64\"",
                "Content-Transfer-Encoding: base64; x=y",
                "Content-Transfer-Encoding: base64 x",
                "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64",
                "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable"
            })
    void decodesWhatSomeProgramsDecodeAndQuarantinesIt(String encoding) throws Exception {
        requireDoubted(MIXED, encoding);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=B",
                "Content-Type: multipart/mixed; boundary=B\nContent-Type: text/plain",
                "Content-Type: multipart/mixed; boundary=B; boundary=C",
                "Content-Type: multipart/mixed; boundary=B; boundary*=us-ascii''C"
            })
    void takesApartWhatSomeProgramsTakeApartAndQuarantinesIt(String type) throws Exception {
        requireDoubted(type, ENCODED);
    }

    private void requireDoubted(String type, String encoding) throws Exception {
        assertThat(scan(type, encoding, PROGRAM, "B"))
                .isEqualTo(new Finding(Action.REJECT, List.of("Windows program", DOUBT), List.of()));
        assertThat(scan(type, encoding, TEXT, "B")).isEqualTo(Finding.of(Action.QUARANTINE, DOUBT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: multipart/mixed",
                "Content-Type: multipart/mixed boundary=B",
                "Content-Type: multipart/mixed; boundary=\"\"",
                "Content-Transfer-Encoding: x-uuencode"
            })
    void quarantinesWhatItCannotTakeApart(String field) throws Exception {
        assertThat(engine.scan(Scans.request(field + "\n\nhi\n"), Scans.soon()))
                .isEqualTo(Finding.of(Action.QUARANTINE, DOUBT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: multipart/mixed; boundary*0=B; boundary*0=C",
                "Content-Type: multipart/mixed; boundary*=us-ascii''%4"
            })
    void quarantinesWhatNobodyCanRead(String field) throws Exception {
        assertThat(engine.scan(Scans.request(field + "\n\nhi\n"), Scans.soon()))
                .isEqualTo(Finding.of(Action.QUARANTINE, "MIME that cannot be read"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Transfer-Encoding: 8bit;",
                "Content-Transfer-Encoding:",
                "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 8bit",
                "Content-Type: text/plain\nContent-Type: text/html; charset=utf-8",
                "Content-Type: text"
            })
    void hasNoDoubtAboutWhatChangesNoOctet(String field) throws Exception {
        assertThat(engine.scan(Scans.request(field + "\n\nhi\n"), Scans.soon())).isEqualTo(Finding.CLEAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"message/rfc822", "message/global"})
    void looksIntoAnAttachedMessage(String type) throws Exception {
        var message = "Content-Type: " + type + "\n\n" + ENCODED + "\n\n" + PROGRAM + "\n";
        assertThat(engine.scan(Scans.request(message), Scans.soon()))
                .isEqualTo(Finding.of(Action.REJECT, "Windows program"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Subject: hi\n"})
    void takesThePartsOfADigestForMessages(String fields) throws Exception {
        var digest = "Content-Type: multipart/digest; boundary=B\n\n--B\n\n" + fields + ENCODED + "\n\n" + PROGRAM
                + "\n--B--\n";
        assertThat(engine.scan(Scans.request(digest), Scans.soon()))
                .isEqualTo(Finding.of(Action.REJECT, "Windows program"));
    }

    private Finding scan(String type, String encoding, String body, String boundary) throws Exception {
        var message = type + "\n\n--" + boundary + "\n" + encoding + "\n\n" + body + "\n--" + boundary + "--\n";
        return engine.scan(Scans.request(message), Scans.soon());
    }
}
