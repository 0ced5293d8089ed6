package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8AddressTest {
    @ParameterizedTest
    @CsvSource({
        "joe@x.example, joe@x.example, joe@x.example",
        "jörg@x.example, j\\x{F6}rg@x.example, jörg@x.example",
        "張@x.example, \\x{5F35}@x.example, 張@x.example",
        "\uD83D\uDE00@x.example, \\x{1F600}@x.example, \uD83D\uDE00@x.example",
        "a+b=c@x.example, a\\x{2B}b\\x{3D}c@x.example, a\\x{2B}b\\x{3D}c@x.example",
        "\"ö \\b\"@x.example, \"\\x{F6}\\x{20}\\x{5C}b\"@x.example, \"ö\\x{20}\\x{5C}b\"@x.example",
    })
    void isSaidInAsciiOrInUtf8AndReadFromBoth(String address, String xtext, String unitext) {
        var utf8 = new Utf8Address(address);

        assertThat(utf8.xtext()).isEqualTo(xtext);
        assertThat(utf8.unitext()).isEqualTo(unitext);
        assertThat(Utf8Address.parse(xtext)).contains(utf8);
        assertThat(Utf8Address.parse(unitext)).contains(utf8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b@x",
                "a+2B@x",
                "a=b@x",
                "a\\b@x",
                "a\\x{f6}@x",
                "a\\x{F}@x",
                "a\\x{0A}@x",
                "a\\x{7F}@x",
                "a\\x{85}@x",
                "a\u0085@x",
                "a\\x{D800}@x",
                "a\\x{110000}@x",
                "a\\x{FFFFFFF}@x",
                "a\\x{F6@x",
            })
    void readsNothingElse(String encoded) {
        assertThat(Utf8Address.parse(encoded)).isEmpty();
    }
}
