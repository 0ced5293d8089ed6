package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final Catalogue SHIPPED = Catalogue.shipped();

    static List<Catalogue.Entry> entries() {
        return SHIPPED.lists();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void everyEntryMakesAList(Catalogue.Entry entry) {
        var list = Lists.shipped(entry.id());

        assertThat(list.id()).isEqualTo(entry.id());
        assertThat(list.zones()).isNotEmpty();
        assertThat(SHIPPED.closedSince(entry.zones().getOrDefault("v4", ""))).isEmpty();
        assertThat(entry.useByDefault() == Catalogue.Use.ON && entry.need() != Catalogue.Needs.NOTHING)
                .as("asked without what it needs")
                .isFalse();
    }

    @Test
    void asksNeitherSpamhausNorAnyoneWhoWantsToBeAskedFirst() {
        assertThat(entries().stream()
                        .filter(entry -> entry.useByDefault() != Catalogue.Use.ON)
                        .map(Catalogue.Entry::id))
                .containsExactly(
                        "spamhaus-zen",
                        "barracuda",
                        "abusix",
                        "invaluement",
                        "invaluement-24",
                        "senderscore",
                        "hostkarma");
    }

    @Test
    void aKeyMovesSpamhausToItsKeyedZone() {
        var entry = SHIPPED.entry("spamhaus-zen").orElseThrow();

        assertThat(entry.list(Optional.empty()).zone(IpAddress.Family.IPV4)).hasToString("zen.spamhaus.org");
        assertThat(entry.list(Optional.of(new Secret("k3y"))).zone(IpAddress.Family.IPV6))
                .hasToString("***.zen.dq.spamhaus.net");
    }

    @ParameterizedTest
    @CsvSource({
        "dnsbl.sorbs.net, '2024-06-05, emptied'",
        "spam.dnsbl.sorbs.net, '2024-06-05, emptied'",
        "rbl.ahbl.org, '2015-01, wildcard'",
        "ubl.lashback.com, off-line",
        "notdnsbl.sorbs.net, ",
        "bl.spamcop.net, ",
    })
    void knowsWhatHasClosed(String zone, String since) {
        assertThat(SHIPPED.closedSince(zone)).isEqualTo(Optional.ofNullable(since));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{'schema': 2, 'asOf': '-', 'lists': [], 'dead': []}",
                "{'schema': 1, 'asOf': '-', 'lists': [], 'dead': [], 'more': 1}",
                "{'schema': 1, 'asOf': '-', 'lists': [{'id': 'x'}], 'dead': []}",
                "{'schema': 1, 'asOf': '-', 'lists': [], 'dead': [{'zone': 'x', 'since': '1'}]}",
            })
    void refusesWhatIsNoCatalogue(String json) {
        var bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Catalogue.read(new ByteArrayInputStream(bytes)))
                .isInstanceOf(IOException.class);
    }
}
