package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AsciiTest {
    private static final String ALL = "@AZ[`az{0-9 \u0131\u0130\u017F\u212A\u00B5\u00DF\u00E4\uFF21\uD801\uDC28";

    @Test
    void mapsTheLettersOfAsciiAndNothingElse() {
        assertThat(Ascii.upperCase(ALL)).isEqualTo(ALL.replace("az", "AZ"));
        assertThat(Ascii.lowerCase(ALL)).isEqualTo(ALL.replace("AZ", "az"));
    }

    @ParameterizedTest
    @CsvSource({
        "postmaster, POSTmaster, true",
        "postmaster, po\u017Ftmaster, false",
        "MAIL, MA\u0131L, false",
        "MAIL, MA\u0130L, false",
        "K, \u212A, false",
        "ä, ä, true",
        "ä, Ä, false",
        "MAIL, MAI, false",
        "'', '', true",
    })
    void comparesWithoutCaseInAsciiAlone(String one, String other, boolean equal) {
        assertThat(Ascii.equalsIgnoringCase(one, other)).isEqualTo(equal);
        assertThat(Ascii.equalsIgnoringCase(other, one)).isEqualTo(equal);
    }

    @ParameterizedTest
    @CsvSource({"from:<x>, FROM:, true", "FROM, FROM:, false", "FRoM:, from:, true", "TO:<po\u017F, to:<pos, false"})
    void findsABeginWithoutCase(String text, String prefix, boolean begins) {
        assertThat(Ascii.startsIgnoringCase(text, prefix)).isEqualTo(begins);
    }
}
