package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"google", "microsoft", "shop.example", "xn--bcher-kva.example"})
    void isWrittenAsItIs(String id) {
        assertThat(new ProviderId(id)).hasToString(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Google", "SHOP.example"})
    void isNeitherBlankNorUpperCase(String id) {
        assertThatThrownBy(() -> new ProviderId(id)).isInstanceOf(IllegalArgumentException.class);
    }
}
