package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.Secret;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZoneTest {
    private static final Zone KEYED = new Zone("<key>.zen.dq.spamhaus.net", Optional.of(new Secret("s3cretk3y")));

    static List<AnswerVectors.NameVector> names() {
        return AnswerVectors.load().names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void asksByTheOctetsOfTheAddress(AnswerVectors.NameVector vector) {
        assertThat(Zone.open("bl.example").question(IpAddress.parse(vector.ip())))
                .hasToString(vector.query() + ".");
    }

    @Test
    void theKeyIsALabelOfTheQuestionAndIsShownNowhere() {
        assertThat(KEYED.question(IpAddress.parse("192.0.2.99")))
                .hasToString("99.2.0.192.s3cretk3y.zen.dq.spamhaus.net.");
        assertThat(KEYED).hasToString("***.zen.dq.spamhaus.net");
        assertThat(KEYED.apex()).hasToString("zen.dq.spamhaus.net.");
        assertThat(KEYED.redact("see 99.2.0.192.S3CRETK3Y.zen.dq.spamhaus.net"))
                .isEqualTo("see 99.2.0.192.***.zen.dq.spamhaus.net");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "bl..example", "bl.example.", "a b", "<key>.bl.example", "-/x"})
    void refusesWhatIsNoZone(String name) {
        assertThatThrownBy(() -> Zone.open(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "white space", "$1"})
    void refusesAKeyWithoutShowingIt(String key) {
        assertThatThrownBy(() -> new Zone("<key>.bl.example", Optional.of(new Secret(key))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the key is not one label of letters, digits and hyphens");
    }
}
