package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SignatureTest {
    @Test
    void isFoundWhereverTheOctetsAreDivided() {
        var octets = ("XX" + Signature.EICAR.text() + "X").getBytes(US_ASCII);
        for (int cut = 0; cut <= octets.length; cut++) {
            var search = Signature.EICAR.search();
            search.accept(octets, 0, cut);
            search.accept(octets, cut, octets.length - cut);
            assertThat(search.found()).isTrue();
        }
    }

    @Test
    void isFoundBehindABeginOfItself() {
        var text = Signature.EICAR.text();
        for (int begun = 1; begun < text.length(); begun++) {
            assertThat(isFound(text.substring(0, begun) + text)).isTrue();
        }
    }

    @Test
    void isNotFoundWithOneOctetMissingOrOther() {
        var text = Signature.GTUBE.text();
        for (int at = 0; at < text.length(); at++) {
            assertThat(isFound(text.substring(0, at) + text.substring(at + 1))).isFalse();
            assertThat(isFound(text.substring(0, at) + '\0' + text.substring(at + 1)))
                    .isFalse();
        }
    }

    private static boolean isFound(String text) {
        var searches = new Searches(Set.of(Signature.EICAR, Signature.GTUBE));
        searches.accept(text.getBytes(US_ASCII), 0, text.length());
        return !searches.found().isEmpty();
    }
}
