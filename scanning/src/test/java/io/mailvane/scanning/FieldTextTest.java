package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FieldTextTest {
    @Test
    void writesPlainWordsAsTheyAre() {
        assertThat(line("rspamd=marked", "score 7.20 of 15.00", "R_SPF_FAIL (1.00)"))
                .isEqualTo("X-Mailvane-Scan: rspamd=marked; score 7.20 of 15.00; R_SPF_FAIL (1.00)\r\n");
    }

    @Test
    void foldsBetweenWords() {
        assertThat(line("rspamd=marked", "SYMBOL_NUMBER_ONE (1.00)", "SYMBOL_NUMBER_TWO (1.00)", "THREE (1.00)"))
                .isEqualTo("""
                        X-Mailvane-Scan: rspamd=marked; SYMBOL_NUMBER_ONE (1.00); SYMBOL_NUMBER_TWO\r
                         (1.00); THREE (1.00)\r
                        """);
    }

    @Test
    void encodesWhatAnEngineTriesToInject() {
        assertThat(line("clamav=rejected", "Eicar\r\nBcc: you@example.org\r\n\r\nbody"))
                .isEqualTo("X-Mailvane-Scan: clamav=rejected; Eicar??Bcc: you@example.org????body\r\n");
        assertThat(line("clamav=rejected", "=?UTF-8?Q?forged?="))
                .isEqualTo("X-Mailvane-Scan: clamav=rejected; =?UTF-8?Q?=3D=3FUTF=2D8=3FQ=3Fforged=3F=3D?=\r\n");
    }

    @Test
    void encodesOtherScriptsWithoutDividingACharacter() {
        assertThat(line(
                        "rspamd=marked",
                        "subject: Gr\u00fc\u00dfe aus M\u00fcnchen \ud83d\ude00\ud83d\ude00\ud83d\ude00",
                        "next"))
                .isEqualTo("""
                        X-Mailvane-Scan: rspamd=marked;\r
                         =?UTF-8?Q?subject=3A_Gr=C3=BC=C3=9Fe_aus_M=C3=BCnchen_?=\r
                         =?UTF-8?Q?=F0=9F=98=80=F0=9F=98=80=F0=9F=98=80?= ; next\r
                        """);
    }

    @Test
    void encodesAWordThatIsTooLongForALine() {
        assertThat(line("x".repeat(200)).lines())
                .allMatch(line -> line.length() <= 78)
                .hasSize(5);
    }

    @Test
    void writesSomethingForNothing() {
        assertThat(line("a=clean", " ", "\ud800")).isEqualTo("X-Mailvane-Scan: a=clean; ?; =?UTF-8?Q?=3F?=\r\n");
    }

    private static String line(String... texts) {
        return FieldText.field("X-Mailvane-Scan", List.of(texts)).line();
    }
}
