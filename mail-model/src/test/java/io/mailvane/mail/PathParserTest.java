package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathParserTest {
    private static final String LABEL_OF_63 = "a".repeat(63);
    private static final String DOMAIN_OF_255 = String.join(".", LABEL_OF_63, LABEL_OF_63, LABEL_OF_63, LABEL_OF_63);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "<joe@example.org>, joe, example.org",
                "<joe@localhost>, joe, localhost",
                "<joe@1.example>, joe, 1.example",
                "<joe@a-b.example>, joe, a-b.example",
                "<joe@xn--bcher-kva.example>, joe, xn--bcher-kva.example",
                "<Joe.Q.Public@Example.ORG>, Joe.Q.Public, Example.ORG",
                "<!#$%&'*+-/=?^_`{}~@example.org>, !#$%&'*+-/=?^_`{}~, example.org",
                "<\"joe\"@example.org>, joe, example.org",
                "<\"joe smith\"@example.org>, joe smith, example.org",
                "<\"a@b\"@example.org>, a@b, example.org",
                "<\"a>b\"@example.org>, a>b, example.org",
                "<\"a\\\"b\"@example.org>, a\"b, example.org",
                "<\"a\\\\b\"@example.org>, a\\b, example.org",
                "<\"a\\b\"@example.org>, ab, example.org",
                "<\"a..b\"@example.org>, a..b, example.org",
                "<\".\"@example.org>, ., example.org",
                "<joe@[192.0.2.1]>, joe, [192.0.2.1]",
                "<joe@[IPv6:2001:db8::1]>, joe, [IPv6:2001:db8::1]",
                "<joe@[ipv6:::1]>, joe, [ipv6:::1]",
                "<joe@[IPv6:::ffff:192.0.2.1]>, joe, [IPv6:::ffff:192.0.2.1]",
                "<@relay.example:joe@example.org>, joe, example.org",
                "|<@a.example,@b.example:joe@example.org>|, joe, example.org",
                "<müller@example.org>, müller, example.org",
                "<\"müller x\"@example.org>, müller x, example.org",
                "<joe@bücher.example>, joe, bücher.example",
                "<用户@例子.广告>, 用户, 例子.广告",
            })
    void readsWhatTheGrammarGives(String argument, String localPart, String host) {
        var path = PathParser.path(argument);
        assertThat(path.rest()).isEmpty();
        assertThat(path.mailbox()).hasValueSatisfying(mailbox -> {
            assertThat(mailbox.localPart()).isEqualTo(localPart);
            assertThat(mailbox.domain().text()).isEqualTo(host);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "<",
                ">",
                "joe@example.org",
                " <joe@example.org>",
                "<joe@example.org",
                "< joe@example.org>",
                "<joe@example.org >",
                "< >",
                "<joe>",
                "<joe@>",
                "<@example.org>",
                "<@>",
                "<joe@@example.org>",
                "<joe@example.org@example.net>",
                "<.joe@example.org>",
                "<joe.@example.org>",
                "<joe..smith@example.org>",
                "<joe smith@example.org>",
                "<joe\tsmith@example.org>",
                "<jo(e)@example.org>",
                "<jo,e@example.org>",
                "<jo:e@example.org>",
                "<jo;e@example.org>",
                "<jo[e@example.org>",
                "<jo\\e@example.org>",
                "<jo\"e\"@example.org>",
                "<\"joe@example.org>",
                "<\"joe\"smith@example.org>",
                "<\"joe\\\"@example.org>",
                "<\"joe\r\"@example.org>",
                "<\"joe\n\"@example.org>",
                "<\"joe\t\"@example.org>",
                "<\"joe\0\"@example.org>",
                "<\"joe\u007f\"@example.org>",
                "<\"joe\\\u007f\"@example.org>",
                "<\"joe\\ü\"@example.org>",
                "<joe\0@example.org>",
                "<joe\u007f@example.org>",
                "<joe@.example.org>",
                "<joe@example..org>",
                "<joe@example.org.>",
                "<joe@-example.org>",
                "<joe@example-.org>",
                "<joe@exa_mple.org>",
                "<joe@exa mple.org>",
                "<joe@exa%mple.org>",
                "<joe@example.org:25>",
                "<joe@192.0.2.1]>",
                "<joe@[]>",
                "<joe@[192.0.2.1>",
                "<joe@[192.0.2]>",
                "<joe@[192.0.2.1.1]>",
                "<joe@[192.0.2.256]>",
                "<joe@[192.0.2.01]>",
                "<joe@[192.0.2.1.]>",
                "<joe@[1]>",
                "<joe@[0x7f.0.0.1]>",
                "<joe@[2001:db8::1]>",
                "<joe@[IPv6:]>",
                "<joe@[IPv6:192.0.2.1]>",
                "<joe@[IPv6:2001:db8]>",
                "<joe@[IPv6:1:2:3:4:5:6:7:8:9]>",
                "<joe@[IPv6:2001::db8::1]>",
                "<joe@[IPv6:12345::1]>",
                "<joe@[IPv6:fe80::1%eth0]>",
                "<joe@[IPv6:fe80::g]>",
                "<joe@[tag:content]>",
                "<joe@[example.org]>",
                "<joe@[192.0.2.1]x>",
                "<@relay.example>",
                "<@relay.example:>",
                "<@relay.example:@b.example:joe@example.org>",
                "<@relay.example,:joe@example.org>",
                "<@relay.example,b.example:joe@example.org>",
                "<@relay.example joe@example.org>",
                "<@[192.0.2.1]:joe@example.org>",
            })
    void refusesWhatItDoesNot(String argument) {
        assertThatThrownBy(() -> PathParser.path(argument)).isInstanceOf(PathSyntaxException.class);
    }

    /** Compatibility forms that a mapping turns into characters no domain has, or into nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<joe@ex\uFF20mple.org>",
                "<joe@ex\uFF1Emple.org>",
                "<joe@ex\u2100mple.org>",
                "<joe@ex\uFF0Fmple.org>",
                "<joe@ex\u00A0mple.org>",
                "<joe@\u00AD>",
                "<joe@\u00AD.org>",
                "<joe@\uFF0Dexample.org>",
                "<joe@shop\u3002example>",
                "<joe@shop\uFF0Eexample>",
                "<joe@shop\uFF61example>",
            })
    void refusesADomainWhoseALabelsWouldBeNone(String argument) {
        assertThatThrownBy(() -> PathParser.path(argument)).isInstanceOf(PathSyntaxException.class);
    }

    /** IDNA 2003 makes strasse.example of the first, IDNA 2008 xn--strae-oqa.example: another's domain, maybe. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<joe@straße.example>",
                "<joe@STRA\u1E9EE.example>",
                "<joe@βόλος.example>",
                "<joe@\u0DC1\u0DCA\u200D\u0DBB\u0DD3.example>",
                "<joe@\u0646\u0627\u0645\u0647\u200C\u0627\u06CC.example>",
                "<@straße.example:joe@example.org>",
            })
    void refusesADomainOfTwoMeanings(String argument) {
        assertThatThrownBy(() -> PathParser.path(argument))
                .isInstanceOf(PathSyntaxException.class)
                .hasMessage(
                        "the domain has a letter of two meanings (sharp s, final sigma, a joiner): say its A-labels, xn--...");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<joe@xn--strae-oqa.example>", "<joe@strasse.example>", "<größe@bücher.example>"})
    void takesADomainOfOneMeaning(String argument) {
        assertThat(PathParser.path(argument).mailbox()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<\uD800@example.org>", "<\"\uDC00\"@example.org>", "<joe@\uD83D.example>"})
    void refusesHalfACharacter(String argument) {
        assertThatThrownBy(() -> PathParser.path(argument)).isInstanceOf(PathSyntaxException.class);
    }

    @Test
    void takesTheNullPathAndGivesWhatFollows() {
        assertThat(PathParser.path("<> SIZE=1")).satisfies(path -> {
            assertThat(path.mailbox()).isEmpty();
            assertThat(path.rest()).isEqualTo(" SIZE=1");
        });
    }

    @Test
    void givesWhatFollowsThePathUntouched() {
        assertThat(PathParser.path("<joe@example.org>  A=b >").rest()).isEqualTo("  A=b >");
    }

    @Test
    void holdsTheLengthsOfTheRfc() {
        assertRefused("<joe@" + LABEL_OF_63 + "a.example>", "label");
        assertRefused("<joe@" + DOMAIN_OF_255 + "a>", "label");
        assertRefused("<joe@" + DOMAIN_OF_255 + ".a>", "domain");
        assertRefused("<joe@" + DOMAIN_OF_255 + ">", "path");
        assertThat(PathParser.path("<j@" + DOMAIN_OF_255.substring(3) + ">").mailbox())
                .isPresent();
        assertThat(PathParser.host(DOMAIN_OF_255).text()).isEqualTo(DOMAIN_OF_255);
    }

    /** RFC 5321 section 4.5.3.1.3: all of the path, with its brackets and its source route. */
    @Test
    void givesALocalPartAllThatThePathLeaves() {
        assertTaken("<" + "l".repeat(242) + "@example.org>");
        assertRefused("<" + "l".repeat(243) + "@example.org>", "path");
        assertTaken("<" + "ü".repeat(121) + "@example.org>");
        assertRefused("<" + "ü".repeat(121) + "l@example.org>", "path");
        assertTaken("<\"" + "l".repeat(240) + "\"@example.org>");
        assertRefused("<\"" + "l".repeat(241) + "\"@example.org>", "path");
        assertRefused("<@a.example:" + "l".repeat(242) + "@example.org>", "path");
        assertThat(Mailbox.parse("l".repeat(242) + "@example.org").localPart()).hasSize(242);
        assertThatThrownBy(() -> Mailbox.parse("l".repeat(243) + "@example.org"))
                .isInstanceOf(PathSyntaxException.class)
                .hasMessage("the mailbox is longer than 254 octets");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<bounces+8412093-1f3a-jane.doe.of.accounting=customer-of-ours.example@em1234.sender.example>",
                "<SRS0=HHH=TT=customer.example=jane.doe.of.accounting.and.more.of.it=1234567890@forwarder.example>",
            })
    void takesTheReversePathsOfListsAndForwarders(String argument) {
        assertTaken(argument);
    }

    private static void assertTaken(String argument) {
        assertThat(PathParser.path(argument).mailbox().orElseThrow()).hasToString(argument.replaceAll("[<>\"]", ""));
    }

    private static void assertRefused(String argument, String what) {
        assertThatThrownBy(() -> PathParser.path(argument))
                .isInstanceOf(PathSyntaxException.class)
                .hasMessageContaining(what);
    }

    @Test
    void quotesNothingOfTheInputInItsMessage() {
        assertThatThrownBy(() -> PathParser.path("<secret word@example.org>"))
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("word");
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "[192.0.2.1]", "[IPv6:2001:db8::1]", "bücher.example"})
    void readsAHostWhole(String host) {
        assertThat(PathParser.host(host).text()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "example.org ", " example.org", "[192.0.2.1]x", "192.0.2.1]", "a..b", "joe@example.org"})
    void refusesAHostWithAnythingElse(String host) {
        assertThatThrownBy(() -> PathParser.host(host)).isInstanceOf(PathSyntaxException.class);
    }
}
