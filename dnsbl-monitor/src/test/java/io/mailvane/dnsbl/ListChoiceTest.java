package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.IpAddress.Family;
import io.mailvane.dnsbl.ListChoice.Problem;
import io.mailvane.dnsbl.ListChoice.Spamhaus;
import io.mailvane.mail.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListChoiceTest {
    private static final Spamhaus UNDECIDED = new Spamhaus.Undecided();

    @Test
    void withoutAWordSpamhausIsNotAskedAndThatIsSaidFirst() {
        var resolved = choice(UNDECIDED, Map.of(), Set.of()).resolve();

        assertThat(resolved.problems()).isEmpty();
        assertThat(resolved.lists()).extracting(DnsblList::group).doesNotContain("spamhaus");
        assertThat(resolved.notice())
                .isEqualTo("Spamhaus, which most receivers use, is not asked: set dnsbl.spamhaus to a key, free use or"
                        + " off.");
        assertThat(choice(new Spamhaus.Off(), Map.of(), Set.of()).resolve().notice())
                .isEqualTo("Spamhaus, which most receivers use, is not asked: it is switched off.");
    }

    @Test
    void theOperatorsWordOrKeyPutsSpamhausFirst() {
        var free = choice(new Spamhaus.FreeUse(), Map.of(), Set.of()).resolve();
        var keyed = choice(new Spamhaus.Key(new Secret("s3cretk3y")), Map.of(), Set.of())
                .resolve();

        assertThat(free.notice()).isEmpty();
        assertThat(free.lists().getFirst().zone(Family.IPV4)).hasToString("zen.spamhaus.org");
        assertThat(keyed.lists().getFirst().zone(Family.IPV4)).hasToString("***.zen.dq.spamhaus.net");
        assertThat(keyed.toString()).doesNotContain("s3cretk3y");
    }

    @Test
    void aListThatNeedsAKeyIsAskedWithOneAndRefusedWithout() {
        var keyed =
                choice(UNDECIDED, Map.of("abusix", new Secret("k3y")), Set.of()).resolve();
        var without = choice(UNDECIDED, Map.of(), Set.of("abusix")).resolve();

        assertThat(keyed.lists()).extracting(DnsblList::id).contains("abusix");
        assertThat(without.problems())
                .containsExactly(new Problem("abusix", "the list is asked with a key only, and none is given"));
    }

    @Test
    void namesThatNoListHasAreProblems() {
        assertThat(choice(UNDECIDED, Map.of(), Set.of("spamhous")).resolve().problems())
                .containsExactly(new Problem("spamhous", "the catalogue has no list of this id"));
    }

    @ParameterizedTest
    @CsvSource({
        "t, DNSBL.sorbs.net, 127.0.0.2, list.t.zone, 'DNSBL.sorbs.net is closed since 2024-06-05, emptied'",
        "t, dnsbl.sorbs.net, 127.0.0.2, list.t.zone, 'dnsbl.sorbs.net is closed since 2024-06-05, emptied'",
        "t, 127.0.0.1, 127.0.0.2, list.t.zone, 'an address, not the name of a zone: 127.0.0.1'",
        "t, bl..example, 127.0.0.2, list.t.zone, not the name of a zone: bl..example",
        "t, bl.example, 10.0.0.2, list.t.codes, a return code is an address in 127.0.0.0/8: 10.0.0.2",
        "t, bl.example, 127.0.0.x, list.t.codes, not a return code: 127.0.0.x",
        "t, bl.example, 127.255.255.254, list.t.codes, '127.255.255.254: in 127.255.255.0/24 lists say that they do not answer; none names an address'",
        "T, bl.example, 127.0.0.2, list.T.id, 'an id is letters, digits, dots and hyphens, lower case: T'",
    })
    void anOwnListThatIsWrongIsRefusedWithTheReason(
            String id, String zone, String code, String setting, String reason) {
        var choice = new ListChoice(
                false, UNDECIDED, Map.of(), Set.of(), Set.of(), List.of(own(id, zone, Map.of(code, "listed"))));

        assertThat(choice.resolve().problems()).containsExactly(new Problem(setting, reason));
    }

    /** By an own list too Spamhaus is asked only after the operator's word. */
    @ParameterizedTest
    @ValueSource(
            strings = {"zen.spamhaus.org", "SBL.Spamhaus.ORG", "k3y.zen.dq.spamhaus.net", "<key>.zen.dq.spamhaus.net"})
    void anOwnListThatIsSpamhausNeedsTheSameWord(String zone) {
        var own = List.of(own("t", zone, Map.of("127.0.0.2", "listed")));

        assertThat(choiceOf(UNDECIDED, own).resolve().problems())
                .containsExactly(new Problem(
                        "list.t.zone",
                        "this is Spamhaus, which is asked only after the operator's word: set dnsbl.spamhaus to"
                                + " \"key\" or \"free-use\", or take this list out"));
        assertThat(choiceOf(new Spamhaus.Off(), own).resolve().problems())
                .containsExactly(new Problem(
                        "list.t.zone",
                        "this is Spamhaus, and dnsbl.spamhaus = \"off\": set that to \"key\" or \"free-use\", or take"
                                + " this list out"));
    }

    @Test
    void anOwnListThatIsSpamhausIsAskedAsOneOfItsLists() {
        var own = List.of(own("t", "zen.spamhaus.org", Map.of("127.0.0.2", "listed")));
        var resolved = choiceOf(new Spamhaus.FreeUse(), own).resolve();

        assertThat(resolved.problems()).isEmpty();
        assertThat(resolved.notice()).isEmpty();
        assertThat(resolved.lists()).extracting(DnsblList::group).containsExactly("spamhaus");
        var others = List.of(own("t", "notspamhaus.org", Map.of("127.0.0.2", "listed")));
        assertThat(choiceOf(UNDECIDED, others).resolve().problems()).isEmpty();
    }

    private static ListChoice choiceOf(Spamhaus spamhaus, List<OwnList> own) {
        return new ListChoice(false, spamhaus, Map.of(), Set.of(), Set.of(), own);
    }

    @Test
    void codesThatOverlapAndTestPointsThatCannotBeAreRefusedEachAtItsKey() {
        var list = new OwnList(
                "t",
                "bl.example",
                Optional.empty(),
                Set.of(Family.IPV4),
                List.of(),
                Double.NaN,
                Map.of("127.0.0.2-4", "one", "127.0.*.3", "two"),
                Optional.of(IpAddress.parse("10.0.0.1")),
                Optional.of(IpAddress.parse("10.0.0.1")),
                "");

        assertThat(choiceOf(UNDECIDED, List.of(list)).resolve().problems())
                .containsExactly(
                        new Problem("list.t.weight", "a weight is within 0 and 100: NaN"),
                        new Problem("list.t.codes", "127.0.*.3 and 127.0.0.2-4 have a code in common"),
                        new Problem(
                                "list.t.positive",
                                "a test point is an address in 127.0.0.0/8 (RFC 5782, section 5), or \"none\""),
                        new Problem(
                                "list.t.negative",
                                "a test point is an address in 127.0.0.0/8 (RFC 5782, section 5), or \"none\""));
    }

    @Test
    void twoListsOfOneIdAreRefused() {
        var one = own("t", "bl.example", Map.of("127.0.0.2", "listed"));
        var choice = new ListChoice(false, UNDECIDED, Map.of(), Set.of(), Set.of(), List.of(one, one));

        assertThat(choice.resolve().problems()).containsExactly(new Problem("list.t.id", "two lists have this id"));
    }

    @Test
    void aListWithoutATestEntryShowsAndDoesNotRoute() {
        var list = new OwnList(
                        "t",
                        "bl.example",
                        Optional.empty(),
                        Set.of(Family.IPV4),
                        List.of(),
                        100,
                        Map.of("127.0.0.2", "listed"),
                        Optional.empty(),
                        Optional.empty(),
                        "")
                .list();

        assertThat(list.weight()).isZero();
    }

    @Test
    void sourcesArePublicAndNamedOnce() {
        var sources = List.of(
                new Source("a1", IpAddress.parse("192.168.1.1"), true, true),
                new Source("a1", IpAddress.parse("::ffff:203.0.113.7"), true, true));
        var settings =
                DnsblSettings.of(sources, new ListChoice(false, UNDECIDED, Map.of(), Set.of(), Set.of(), List.of()));

        assertThat(settings.problems())
                .containsExactly(
                        new Problem(
                                "source.a1.public",
                                "192.168.1.1 is a private address (RFC 1918): no DNSBL can know it"),
                        new Problem("source.a1.name", "two sources have this name"));
        assertThat(sources.getLast().note()).contains("::ffff:203.0.113.7 is taken as the IPv4 address 203.0.113.7");
    }

    private static ListChoice choice(Spamhaus spamhaus, Map<String, Secret> keys, Set<String> on) {
        return new ListChoice(true, spamhaus, keys, on, Set.of(), List.of());
    }

    private static OwnList own(String id, String zone, Map<String, String> codes) {
        return new OwnList(
                id,
                zone,
                Optional.empty(),
                Set.of(Family.IPV4),
                List.of(),
                100,
                codes,
                Optional.of(IpAddress.parse("127.0.0.2")),
                Optional.of(IpAddress.parse("127.0.0.1")),
                "");
    }
}
