package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailvane.dnsbl.Operated;
import io.mailvane.mail.SourceStanding.State;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator takes an address out, and puts it back: by REST and by the page, and what both say of it. */
class AddressOrdersIT {
    private static final Pattern TAG = Pattern.compile("<[^>]*>");
    private static final String ADDRESSES = "/api/v1/reputation/addresses/";

    @TempDir
    Path folder;

    private WebKit web;

    @BeforeEach
    void start() throws IOException {
        web = new WebKit(folder);
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
    }

    private JsonNode reputation() throws IOException, InterruptedException {
        return new ObjectMapper().readTree(web.get("/api/v1/reputation").body());
    }

    @Test
    void takesOrdersForAddressesOfItsOwn() throws Exception {
        assertThat(ordered("a1/drain", ""))
                .isEqualTo("202 {\"source\":\"a1\",\"state\":\"draining\",\"until\":null,\"note\":null}");
        web.reputation.effect = Operated.Effect.NONE;
        web.reputation.alone = true;
        assertThat(ordered(
                        "203.0.113.12/disable",
                        "{\"until\":\"2026-03-02T00:00:00Z\",\"reason\":\"a new PTR\",\"who\":\"Eva\"}"))
                .isEqualTo(
                        "202 {\"source\":\"a2\",\"state\":\"already-disabled\",\"until\":\"2026-03-02T00:00:00Z\","
                                + "\"note\":\"Nothing leaves by an address of this node any more: new mail goes by smarthost.\"}");
        web.reputation.effect = Operated.Effect.DONE;
        web.reputation.alone = false;
        assertThat(ordered("a3/retire", "{\"reason\":\"gone\"}"))
                .startsWith("202 {\"source\":\"a3\",\"state\":\"retired\",\"until\":null,\"note\":\"No list is asked");
        web.reputation.effect = Operated.Effect.NONE;
        web.reputation.alone = true;
        assertThat(ordered("::ffff:203.0.113.11/enable", "{}"))
                .isEqualTo("202 {\"source\":\"a1\",\"state\":\"already-enabled\",\"until\":null,"
                        + "\"note\":\"No operator keeps it out: it is QUARANTINED.\"}");
        assertThat(web.reputation.orders)
                .containsExactly(
                        "a1 OperatorOrder[operation=DRAIN, who=an operator, reason=, until=Optional.empty]",
                        "a2 OperatorOrder[operation=DISABLE, who=Eva, reason=a new PTR,"
                                + " until=Optional[2026-03-02T00:00:00Z]]",
                        "a3 OperatorOrder[operation=RETIRE, who=an operator, reason=gone, until=Optional.empty]",
                        "a1 OperatorOrder[operation=ENABLE, who=an operator, reason=, until=Optional.empty]");
    }

    private String ordered(String order, String body) throws IOException, InterruptedException {
        var answer = web.post(ADDRESSES + order, body);
        return answer.statusCode() + " " + answer.body();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a9/drain | | 404 | no source of ours has this name or public address",
                "a1/hide | | 404 | nothing is found at this path",
                "a1/drain | {\"until\":\"2026-02-01T00:00:00Z\"} | 400 | until is not within the next 90 days",
                "a1/drain | {\"until\":\"2026-09-01T00:00:00Z\"} | 400 | until is not within the next 90 days",
                "a1/drain?for=1h | | 400 | unknown parameter for; known: none",
                "a1/enable?now= | | 400 | unknown parameter now; known: none",
                "a1/drain | {\"untill\":null} | 400 | the body is not",
                "a1/retire | {\"until\":\"2026-03-02T00:00:00Z\"} | 400 | until is not taken: what is retired is so for good",
                "a1/enable | {\"until\":\"2026-03-02T00:00:00Z\"} | 400 | until is not taken: what is enabled has no end"
            })
    void refusesAnOrderThatItDoesNotUnderstand(String order, String body, int status, String why) throws Exception {
        assertThat(ordered(order, body == null ? "" : body))
                .startsWith(status + " ")
                .contains(why);
        assertThat(web.reputation.orders).isEmpty();
    }

    @Test
    void whatIsRetiredIsSoForGood() throws Exception {
        web.reputation.effect = Operated.Effect.REFUSED;
        assertThat(ordered("a1/enable", ""))
                .startsWith("409 ")
                .contains("a1 is retired for good.", "give the source another name in the configuration, and reload");
    }

    @Test
    void whatWouldNotSurviveARestartIsNotAccepted() throws Exception {
        web.reputation.effect = Operated.Effect.UNWRITTEN;
        assertThat(ordered("a1/disable", ""))
                .startsWith("503 ")
                .contains("a1 is DISABLED now, but only until a restart: the node cannot write it down");
        web.reputation.effect = Operated.Effect.UNANSWERED;
        assertThat(ordered("a1/disable", ""))
                .startsWith("503 ")
                .contains("the monitor has not come to it in time: look how a1 stands, and say it again");
    }

    @Test
    void saysEverywhereWhatAnOperatorTookOut() throws Exception {
        web.reputation.withdraw("a2", State.DISABLED);
        assertThat(reputation().path("addresses").path(1).path("operator").toString())
                .isEqualTo("{\"who\":\"Eva\",\"reason\":\"a new PTR\",\"since\":\"2026-03-01T11:00:00Z\","
                        + "\"until\":\"2026-03-01T14:00:00Z\"}");
        assertThat(reputation().path("addresses").path(0).path("operator").isNull())
                .isTrue();
        var said = "203.0.113.12 (a2 of zone-a) is DISABLED by the operator (Eva): a new PTR,"
                + " until 2026-03-01T14:00:00Z, since 11:00:00 1 h ago";
        assertThat(text("/reputation"))
                .contains(
                        said, "Back by itself 14:00:00 in 2 h", "Put it back 203.0.113.12", "Take it out 203.0.113.11");
        assertThat(text("/reputation/addresses/a2"))
                .contains(
                        "203.0.113.12 of a2 DISABLED by the operator (Eva)", "Taken out 11:00:00", "by Eva: a new PTR")
                .doesNotContain("No mail leaves by an address of this node");
        web.reputation.withdraw("a2", State.RETIRED);
        assertThat(text("/reputation"))
                .contains("203.0.113.12 RETIRED")
                .doesNotContain("203.0.113.12 (a2", "it back 203.0.113.12", "203.0.113.12 a2 · zone-a");
        assertThat(web.get("/reputation/addresses/a2").body()).doesNotContain("<form class=\"operate\"");
    }

    /** As a browser does without JavaScript. */
    @Test
    void thePagesFormGivesAnOrderAndComesBackToIt() throws Exception {
        var form = "token=" + WebKit.TOKEN + "&reason=a+new+PTR&hours=4&order=disable";
        var done = web.send(form("/reputation/addresses/a1", form));
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(done.headers().firstValue("Location").orElseThrow())
                .endsWith("/reputation/addresses/a1?done=disabled");
        assertThat(text("/reputation/addresses/a1?done=disabled")).contains("No new message leaves from it.");
        assertThat(web.send(form("/reputation/addresses/a1", form.replace(WebKit.TOKEN, "guessed")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(web.send(form("/reputation/addresses/a1", form.replace("disable", "hide")))
                        .body())
                .contains("Not done", "order is none of drain, disable, retire, enable");
        assertThat(web.send(form(
                                "/reputation/addresses/a1",
                                form.replace("disable", "retire&known=yes").replace("=4", "=x")))
                        .statusCode())
                .as("it has no end")
                .isEqualTo(303);
        assertThat(web.reputation.orders)
                .containsExactly(
                        "a1 OperatorOrder[operation=DISABLE, who=the page, reason=a new PTR,"
                                + " until=Optional[2026-03-01T16:00:00Z]]",
                        "a1 OperatorOrder[operation=RETIRE, who=the page, reason=a new PTR, until=Optional.empty]");
    }

    @Test
    void whoSendsTheFormWithAWrongTokenGetsAPage() throws Exception {
        var refused = web.send(form("/reputation/addresses/a1", "token=guessed&order=disable"));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
        assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(refused.body()).startsWith("<!DOCTYPE html>").contains("Not done", "is not the token of this node");
    }

    /** Else one click beside "Enable" is never undone. */
    @Test
    void thePagesFormRetiresOnlyWhoSaysThatItIsForGood() throws Exception {
        var form = "token=" + WebKit.TOKEN + "&reason=&order=retire";
        for (var unconfirmed : List.of(form, form + "&known=")) {
            var refused = web.send(form("/reputation/addresses/a1", unconfirmed));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("Not done", "to retire is for good: tick that you know it");
        }
        assertThat(web.reputation.orders).isEmpty();
        assertThat(web.send(form("/reputation/addresses/a1", form + "&known=yes"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(web.reputation.orders).hasSize(1);
    }

    @Test
    void thePageOffersWhatWouldChangeSomething() throws Exception {
        assertThat(offered("a2")).containsExactly("drain", "disable", "retire");
        web.reputation.withdraw("a2", State.DRAINING);
        assertThat(offered("a2")).containsExactly("disable", "enable", "retire");
        web.reputation.withdraw("a2", State.DISABLED);
        assertThat(offered("a2")).containsExactly("enable", "retire");
    }

    private List<String> offered(String source) throws IOException, InterruptedException {
        return Pattern.compile("name=\"order\" value=\"([a-z]+)\"")
                .matcher(web.get("/reputation/addresses/" + source).body())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** It has a form, which a browser would empty: without a script it stays as it is, and says nothing else. */
    @Test
    void thePageDoesNotSayThatItRenewsItselfWhereItDoesNot() throws Exception {
        assertThat(web.get("/reputation/addresses/a2").body()).doesNotContain("This page renews itself", "http-equiv");
        assertThat(web.get("/reputation").body()).contains("This page renews itself", "http-equiv");
    }

    /** Else what stands behind the cut is lost: until when the address is out. */
    @Test
    void aFormThatIsTooLongIsRefusedAndNotCut() throws Exception {
        var start = "token=" + WebKit.TOKEN + "&order=disable&reason=";
        var end = "&hours=4";
        var longest = start + "x".repeat(16_384 - start.length() - end.length()) + end;
        assertThat(web.send(form("/reputation/addresses/a1", longest)).statusCode())
                .isEqualTo(303);
        assertThat(web.send(form("/reputation/addresses/a1", longest + "0")).statusCode())
                .isEqualTo(413);
        assertThat(web.reputation.orders).singleElement().asString().contains("until=Optional[2026-03-01T16:00:00Z]");
    }

    private HttpRequest.Builder form(String path, String fields) {
        return web.anonymous(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(fields));
    }

    /** As a reader sees it: no tags, single spaces. */
    private String text(String path) throws IOException, InterruptedException {
        return TAG.matcher(web.get(path).body().replaceAll("<title>[^<]*</title>", ""))
                .replaceAll(" ")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
