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
    private static final String ONE_LIST = "{'schema': 1, 'asOf': '-', 'dead': [], 'lists': [{'id': 'x', 'name': 'X',"
            + " 'zones': {'v4': 'bl.example', 'v6': 'V6'}, 'group': 'x',"
            + " 'codes': [{'code': '127.0.0.2', 'name': 'listed', 'weight': 1}], 'errors': {}, 'affinity': {},"
            + " 'controls': {'positive': '127.0.0.2', 'expected': [], 'negative': '127.0.0.1'}, 'remedy': 'wait',"
            + " 'delist': '', 'use': 'on', 'needs': 'nothing', 'note': ''}]}";

    static List<Catalogue.Entry> entries() {
        return SHIPPED.lists();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void everyEntryMakesAList(Catalogue.Entry entry) {
        var list = Lists.shipped(entry.id());

        assertThat(list.id()).isEqualTo(entry.id());
        assertThat(list.zones()).isNotEmpty();
        assertThat(list.zones().values())
                .allSatisfy(
                        zone -> assertThat(SHIPPED.closedSince(zone.toString())).isEmpty());
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
        assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class);
    }

    /** A list is tested in one of its zones. What another one says would count though it might be empty. */
    @Test
    void aListHasOneZoneForBothFamilies() throws IOException {
        assertThat(read(ONE_LIST.replace("V6", "bl.example")).lists()).hasSize(1);
        assertThatThrownBy(() -> read(ONE_LIST.replace("V6", "v6.bl.example")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another zone is another list");
    }

    private static Catalogue read(String json) throws IOException {
        return Catalogue.read(new ByteArrayInputStream(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}
