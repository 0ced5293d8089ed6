package io.mailvane.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** RFC 7208, over a zone in memory: what the names below {@code silent.example} are nobody says. */
class SpfCheckTest {
    private static final String ZONE = """
            host.example. 60 A 203.0.113.7
            host.example. 60 AAAA 2001:db8::7
            shop.example. 60 A 203.0.113.80
            shop.example. 60 MX 10 mx1.example.
            shop.example. 60 MX 20 host.example.
            mx1.example. 60 A 198.51.100.1
            nomail.example. 60 MX 0 .
            pass.example. 60 TXT "v=spf1 ip4:203.0.113.0/24 -all"
            fail.example. 60 TXT "v=spf1 -all"
            soft.example. 60 TXT "v=spf1 ~all"
            two.example. 60 TXT "v=spf1 -all"
            two.example. 60 TXT "V=SPF1 +all"
            later.example. 60 TXT "v=spf10 +all"
            other.example. 60 TXT "some-site-verification=1"
            split.example. 60 TXT "v=spf1 ip4:203.0." "113.7 -all"
            7.113.0.203.in-addr.arpa. 60 PTR host.example.
            7.113.0.203.in-addr.arpa. 60 PTR liar.example.
            liar.example. 60 A 198.51.100.99
            7.113.0.203.seen.example. 60 A 127.0.0.2
            203.0.113.7.in-addr.seen.example. 60 A 127.0.0.2
            postmaster.at.shop.example. 60 A 127.0.0.2
            loop.example. 60 TXT "v=spf1 include:loop.example -all"
            """;

    private final List<Record> zone = new ArrayList<>(read(ZONE));

    private static List<Record> read(String text) {
        var records = new ArrayList<Record>();
        try (var master = new Master(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)), Name.root)) {
            for (var record = master.nextRecord(); record != null; record = master.nextRecord()) {
                records.add(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return records;
    }

    private void add(String text) {
        zone.addAll(read(text + "\n"));
    }

    private Optional<List<Record>> ask(Name name, int type) {
        if (name.toString().endsWith("silent.example.")) {
            return Optional.empty();
        }
        return Optional.of(zone.stream()
                .filter(record -> record.getName().equals(name) && record.getType() == type)
                .toList());
    }

    private SpfResult check(String client, String domain) {
        return new SpfCheck(this::ask)
                .check(SpfCheck.Question.of(InetAddress.ofLiteral(client), domain, "host.example"));
    }

    private String kind(String client, String domain) {
        return check(client, domain).kind().name();
    }

    /** Of a record of shop.example. */
    private SpfResult of(String record, String client) {
        add("shop.example. 60 TXT \"" + record + "\"");
        return check(client, "shop.example");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v=spf1 ip4:203.0.113.7 -all                         | PASS
            v=spf1 ip4:203.0.113.6/31 -all                      | PASS
            v=spf1 ip4:203.0.113.8/29 -all                      | FAIL
            v=spf1 ip4:0.0.0.0/0                                | PASS
            v=spf1 ip6:::ffff:203.0.113.7 -all                  | FAIL
            v=spf1 -ip4:203.0.113.7 +all                        | FAIL
            v=spf1 ?ip4:203.0.113.7 +all                        | NEUTRAL
            v=spf1 ~all                                         | SOFTFAIL
            v=spf1                                              | NEUTRAL
            v=spf1 a -all                                       | FAIL
            v=spf1 a:host.example -all                          | PASS
            v=spf1 a/24 -all                                    | PASS
            v=spf1 a/24//64 -all                                | PASS
            v=spf1 a:mx1.example -all                           | FAIL
            v=spf1 mx -all                                      | PASS
            v=spf1 mx:nomail.example -all                       | FAIL
            v=spf1 MX:Shop.Example -ALL                         | PASS
            v=spf1 ptr:host.example -all                        | PASS
            v=spf1 ptr:%{d1} -all                              | PASS
            v=spf1 ptr:liar.example -all                        | FAIL
            v=spf1 ptr -all                                     | FAIL
            v=spf1 include:pass.example -all                    | PASS
            v=spf1 include:fail.example ~all                    | SOFTFAIL
            v=spf1 include:soft.example ?all                    | NEUTRAL
            v=spf1 redirect=pass.example                        | PASS
            v=spf1 redirect=fail.example                        | FAIL
            v=spf1 redirect=pass.example -all                   | FAIL
            v=spf1 redirect=pass.example a:mx1.example          | PASS
            v=spf1 exists:%{ir}.seen.example -all               | PASS
            v=spf1 exists:%{i}.%{v}.seen.example -all           | PASS
            v=spf1 exists:%{l}.at.%{d} -all                     | PASS
            v=spf1 exists:%{S2r}.at.%{o} -all                   | FAIL
            v=spf1 exists:%{s1@}.nowhere.example -all           | PERMERROR
            v=spf1 a:%{h} -all                                  | PASS
            v=spf1 a:%{p} -all                                  | PASS
            v=spf1 a:%{d2}.example -all                         | FAIL
            v=spf1 exp=why.%{d} -all                            | FAIL
            v=spf1 unknown=%{l}.anything -all                   | FAIL
            v=spf1 a:silent.example -all                        | TEMPERROR
            v=spf1 include:silent.example -all                  | TEMPERROR
            v=spf1 ip4:203.0.113.7 include:silent.example -all  | PASS
            """)
    void aRecordLetsAnAddressSendOrNot(String record, SpfResult.Kind kind) {
        assertThat(of(record, "203.0.113.7").kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v=spf1 ip6:2001:db8::/32 -all   | PASS
            v=spf1 ip4:203.0.113.7 -all     | FAIL
            v=spf1 a:host.example//127 -all | PASS
            v=spf1 a:host.example/8 -all    | PASS
            v=spf1 a:mx1.example ~all       | SOFTFAIL
            """)
    void soForIpv6(String record, SpfResult.Kind kind) {
        assertThat(of(record, "2001:db8::7").kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            v=spf1 ip4:203.0.113 -all      | "ip4:203.0.113" is no term: its address is none
            v=spf1 ip4:203.0.113.7/33 -all | "ip4:203.0.113.7/33" is no term: a prefix has at most 32 bits
            v=spf1 ip4:2001:db8::7 -all    | "ip4:2001:db8::7" is no term: the address is of the other family
            v=spf1 ipv4:203.0.113.7 -all   | "ipv4:203.0.113.7" is no term: no mechanism is ipv4
            v=spf1 a:host.example/08 -all  | "a:host.example/08" is no term: what stands where a domain belongs is none
            v=spf1 include -all            | "include" is no term: a colon and a domain follow it
            v=spf1 include: -all           | "include:" is no term: what stands where a domain belongs is none
            v=spf1 a:localhost -all        | "a:localhost" is no term: what stands where a domain belongs is none
            v=spf1 -all:x                  | "-all:x" is no term: nothing follows all
            v=spf1 a:%{x}.example -all     | "a:%{x}.example" is no term: a macro in it is none
            v=spf1 a:%{d0}.example -all    | "a:%{d0}.example" is no term: a macro in it keeps nothing
            v=spf1 a:%{d -all              | "a:%{d" is no term: a macro in it has no end
            v=spf1 a:100%.example -all     | "a:100%.example" is no term: a percent sign in it begins no macro
            v=spf1 redirect=a.example redirect=b.example | redirect= stands in it twice
            v=spf1 exp=a.example exp=b.example -all      | exp= stands in it twice
            v=spf1 include:other.example -all            | it includes other.example, which has no record
            v=spf1 redirect=other.example                | it redirects to other.example, which has no record
            v=spf1 +all ipv4:x                           | "ipv4:x" is no term: no mechanism is ipv4
            """)
    void oneWrongTermMakesAllOfItWorthNothing(String record, String why) {
        assertThat(of(record, "203.0.113.7")).isEqualTo(new SpfResult(SpfResult.Kind.PERMERROR, why));
    }

    @Test
    void whatIsNoPrintableAsciiIsNotRepeated() {
        assertThat(of("v=spf1 a:\\228\\010.example -all", "203.0.113.7"))
                .isEqualTo(new SpfResult(
                        SpfResult.Kind.PERMERROR, "\"a:??.example\" is no term: a character in it is not allowed"));
    }

    @Test
    void aDomainHasOneRecordOrNone() {
        assertThat(check("203.0.113.7", "other.example")).isEqualTo(new SpfResult(SpfResult.Kind.NONE, "it has none"));
        assertThat(kind("203.0.113.7", "later.example")).isEqualTo("NONE");
        assertThat(kind("203.0.113.7", "nowhere.example")).isEqualTo("NONE");
        assertThat(kind("203.0.113.7", "localhost")).isEqualTo("NONE");
        assertThat(kind("203.0.113.7", "a..example")).isEqualTo("NONE");
        assertThat(kind("203.0.113.7", "split.example")).isEqualTo("PASS");
        assertThat(kind("203.0.113.7", "silent.example")).isEqualTo("TEMPERROR");
        assertThat(check("203.0.113.7", "two.example"))
                .isEqualTo(new SpfResult(
                        SpfResult.Kind.PERMERROR, "2 TXT records of two.example begin with v=spf1: make them one"));
    }

    @Test
    void tenTermsMayLookUpAndNoMore() {
        var ten = IntStream.rangeClosed(1, 10).mapToObj(i -> " a:mx1.example").toList();
        add("ten.example. 60 TXT \"v=spf1" + String.join("", ten) + " -all\"");
        add("eleven.example. 60 TXT \"v=spf1" + String.join("", ten) + " mx:shop.example -all\"");
        assertThat(kind("203.0.113.7", "ten.example")).isEqualTo("FAIL");
        assertThat(check("203.0.113.7", "eleven.example"))
                .isEqualTo(new SpfResult(
                        SpfResult.Kind.PERMERROR,
                        "it takes more than 10 look-ups: name addresses (ip4:, ip6:) in the place of domains"));
        assertThat(kind("203.0.113.7", "loop.example")).isEqualTo("PERMERROR");
    }

    @Test
    void twoLookUpsMayFindNothingAndNoMore() {
        assertThat(of("v=spf1 a:no1.example exists:no2.example -all", "203.0.113.7")
                        .kind())
                .isEqualTo(SpfResult.Kind.FAIL);
        add("void.example. 60 TXT \"v=spf1 a:no1.example mx:no2.example exists:no3.example +all\"");
        assertThat(check("203.0.113.7", "void.example"))
                .isEqualTo(new SpfResult(
                        SpfResult.Kind.PERMERROR,
                        "more than 2 of its look-ups find nothing: take out the domains that are no more"));
    }

    @Test
    void ofTenMxHostsTheAddressesAreAskedAndOfNoMore() {
        for (int i = 1; i <= 10; i++) {
            add("many.example. 60 MX " + i + " away" + i + ".example.");
            add("away" + i + ".example. 60 A 198.51.100." + i);
        }
        add("many.example. 60 TXT \"v=spf1 mx -all\"");
        assertThat(kind("203.0.113.7", "many.example")).isEqualTo("FAIL");
        add("many.example. 60 MX 11 host.example.");
        assertThat(check("203.0.113.7", "many.example"))
                .isEqualTo(new SpfResult(SpfResult.Kind.PERMERROR, "many.example has more than 10 MX hosts"));
    }

    /** RFC 7208 section 7.3. */
    @Test
    void aNameThatIsTooLongLosesLabelsOnTheLeft() {
        var label = "x".repeat(60);
        add("long.example. 60 TXT \"v=spf1 a:" + String.join(".", label, label, label) + "\" \"."
                + String.join(".", label, "%{d}") + " -all\"");
        add(String.join(".", label, label, label, "long.example.") + " 60 A 203.0.113.7");
        assertThat(kind("203.0.113.7", "long.example")).isEqualTo("PASS");
    }

    @Test
    void theNamesOfTheClientAreLookedUpOnceHoweverOftenTheyAreAskedFor() {
        var asked = new ArrayList<String>();
        add("shop.example. 60 TXT \"v=spf1 a:%{p}.%{p}.shop.example ptr:host.example -all\"");
        var result = new SpfCheck((name, type) -> {
                    asked.add(name + " " + Type.string(type));
                    return ask(name, type);
                })
                .check(SpfCheck.Question.of(InetAddress.ofLiteral("203.0.113.7"), "shop.example", "host.example"));
        assertThat(result.kind()).isEqualTo(SpfResult.Kind.PASS);
        assertThat(asked)
                .containsExactly(
                        "shop.example. TXT",
                        "7.113.0.203.in-addr.arpa. PTR",
                        "host.example. A",
                        "liar.example. A",
                        "host.example.host.example.shop.example. A");
    }

    /** A record of 60 kB could ask for megabytes. */
    @Test
    void ofWhatAMacroTextBecomesOnlyTheEndIsMade() throws SpfException {
        var asked = new AtomicInteger();
        var text = MacroString.parseDomain("%{d}.".repeat(12_000) + "%{d}").expandEnd(40, letter -> {
            asked.incrementAndGet();
            return "shop.example";
        });
        assertThat(text).isEqualTo("shop.example.shop.example.shop.example.shop.example");
        assertThat(asked).hasValue(4);
    }

    @Test
    void ofANameThatIsTooLongWholeLabelsAreLeft() {
        var label = "x".repeat(49);
        add("long.example. 60 TXT \"v=spf1 exists:y." + "%{l}.".repeat(30) + "%{d} -all\"");
        var left = (label + ".").repeat(4) + "long.example.";
        add(left + " 60 A 127.0.0.2");
        var question = new SpfCheck.Question(InetAddress.ofLiteral("203.0.113.7"), label, "long.example", "h.example");
        assertThat(new SpfCheck(this::ask).check(question).kind()).isEqualTo(SpfResult.Kind.PASS);
    }
}
