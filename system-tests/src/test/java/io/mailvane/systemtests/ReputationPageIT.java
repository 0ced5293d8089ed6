package io.mailvane.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.mailvane.systemtests.Browser.awaitText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The reputation page, with an address listed, before every kind of reader. The ports are {@code up}'s. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(SamplePair.LOCK)
class ReputationPageIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final String NODE = "http://127.0.0.1:8025";
    private static final String PEER = "http://127.0.0.1:8026";
    private static final String PAGE = NODE + "/reputation";
    private static final String CELL = "/reputation/203.0.113.11/test";
    private static final String PANEL = PAGE + "/203.0.113.11/test";
    private static final String OPERATE = "/reputation/addresses/b1";
    private static final String EXPLAINED = PAGE + "?from=me%40shop.example&to=you%40elsewhere.example";
    private static final String DELIST = "https://bl.test/removal?ip=";
    private static final int PHONE = 390;
    /** More than the page has of anything that takes the focus. */
    private static final int MOST_TABS = 100;

    @TempDir
    static Path directory;

    private SamplePair pair;
    private Browser browser;

    @BeforeAll
    void list() throws Exception {
        browser = Browser.start();
        pair = SamplePair.start(Installation.in(directory.resolve("installed")));
        Programs.output(pair.installed().home(), "./mailvane sandbox list 203.0.113.11");
        for (var words : List.of("LISTED", "QUARANTINED", "Mail leaves by <b>sample-smarthost</b>")) {
            await().atMost(DEADLINE).until(() -> pair.read(PAGE).contains(words));
        }
    }

    @AfterAll
    void end() {
        if (browser != null) {
            browser.close();
        }
        if (pair != null) {
            pair.close();
        }
    }

    @Test
    void isWholeWithoutScripts() {
        try (var page = browser.page(reader -> reader.setJavaScriptEnabled(false))) {
            page.navigate(PAGE);
            awaitText(page, "203.0.113.11 listed on test", "QUARANTINED", "LISTED", "Mail leaves by sample-smarthost.");
            page.navigate(PANEL);
            awaitText(page, "203.0.113.11 on test", "127.0.0.2", "mailvane dnsbl check 203.0.113.11 --now");
            // An order needs a header with the token: no form can send it, so that none is shown, and the commands are.
            assertThat(page.locator("form.operate")).isHidden();
            assertThat(page.getByText("The list's own page")).hasAttribute("href", DELIST + "203.0.113.11");
            page.navigate(EXPLAINED);
            awaitText(page, "send by sample-smarthost", "QUARANTINED: listed on test");
        }
    }

    @Test
    void opensACellByTheKeyboardAlone() {
        try (var page = browser.page()) {
            page.navigate(PAGE);
            tabTo(page, "href", CELL);

            page.keyboard().press("Enter");
            assertThat(page.locator("#panel")).isVisible();
            awaitText(page, "203.0.113.11 on test", "Raw answer");

            page.keyboard().press("Escape");
            assertThat(page.locator("#panel")).isHidden();
            assertThat(page.locator(":focus")).hasAttribute("href", CELL);
        }
    }

    @Test
    void takesOrdersByTheMouse() throws Exception {
        try (var page = browser.page()) {
            page.navigate(PAGE);
            page.locator(".matrix a[href='" + CELL + "']").click();
            var panel = page.locator("#panel");
            var said = panel.locator("output");
            assertThat(panel.getByText("The list's own page")).hasAttribute("href", DELIST + "203.0.113.11");

            panel.getByLabel("The node's token").fill("not-the-token");
            panel.locator(order("recheck")).click();
            assertThat(said).hasText("this is not the token of this node");

            panel.getByLabel("The node's token").fill(token("zone-a"));
            panel.locator(order("recheck")).click();
            assertThat(said).hasText("The list is being asked: its answer is shown here in a moment.");
            panel.locator(order("recheck")).click();
            assertThat(said).hasText("The list was asked less than a minute ago: wait a little before asking again.");

            panel.getByLabel("Because").fill("asked for removal");
            panel.locator(order("mute")).click();
            assertThat(said).hasText("Muted: the listing does not count until then.");
            awaitText(page, "◇ muted", "by the page: asked for removal");
            assertThat(mute(NODE, "203.0.113.11")).isEqualTo("muted by the page: asked for removal");

            panel.locator(order("unmute")).click();
            assertThat(said).hasText("Not muted any more: the listing counts again.");
            awaitText(page, "● LISTED", "QUARANTINED");
            assertThat(mute(NODE, "203.0.113.11")).isEqualTo("none");
        }
    }

    /** At the other node, of which each cell may be asked once a minute too. */
    @Test
    void takesOrdersByTheKeyboard() throws Exception {
        try (var page = browser.page()) {
            page.navigate(PEER + "/reputation");
            tabTo(page, "href", "/reputation/203.0.113.21/test");
            page.keyboard().press("Enter");
            var said = page.locator("#panel output");

            tabTo(page, "name", "token");
            page.keyboard().type(token("zone-b"));
            tabTo(page, "value", "recheck");
            page.keyboard().press("Enter");
            assertThat(said).hasText("The list is being asked: its answer is shown here in a moment.");

            tabTo(page, "name", "reason");
            page.keyboard().type("known");
            page.keyboard().press("Enter");
            assertThat(said).hasText("Muted: the listing does not count until then.");
            awaitText(page, "◇ muted", "by the page: known");
            assertThat(mute(PEER, "203.0.113.21")).isEqualTo("muted by the page: known");

            tabTo(page, "value", "unmute");
            page.keyboard().press("Space");
            assertThat(said).hasText("Not muted any more: the listing counts again.");
            awaitText(page, "✓ clean");
            assertThat(mute(PEER, "203.0.113.21")).isEqualTo("none");
        }
    }

    /** At the other node, of which nothing is listed. */
    @Test
    void takesAnAddressOutWithoutScriptsAndPutsItBackWithThem() throws Exception {
        try (var page = browser.page(reader -> reader.setJavaScriptEnabled(false))) {
            page.navigate(PEER + "/reputation");
            page.locator("a[href='" + OPERATE + "']").first().click();
            page.getByLabel("The node's token").first().fill(token("zone-b"));
            page.getByLabel("Because").first().fill("a new PTR");
            page.getByLabel("Back by itself").selectOption("24");
            page.locator(order("disable")).click();
            awaitText(page, "No new message leaves from it.");
        }
        var said = "203.0.113.21 (b1 of zone-b) is DISABLED by the operator (the page): a new PTR, until ";
        try (var page = browser.page()) {
            page.navigate(PAGE);
            awaitText(page, said);
            page.navigate(PEER + "/reputation");
            awaitText(page, said);
            page.locator(".card a[href='" + OPERATE + "']").click();
            var panel = page.locator("#panel");
            panel.getByLabel("The node's token").first().fill(token("zone-b"));
            panel.locator(order("enable")).click();
            assertThat(panel.locator("output").first()).hasText("It comes back, by the ramp.");
            awaitText(page, "RECOVERING");
        }
    }

    private static String order(String verb) {
        return "button[value='" + verb + "']";
    }

    private String token(String node) throws IOException {
        return Files.readString(pair.installed().home().resolve("var/" + node + "/run/admin.token"))
                .strip();
    }

    /** What REST tells of a cell's overlay, and of whose word it is. */
    private String mute(String node, String ip) throws Exception {
        for (var cell : pair.json(node + "/api/v1/reputation").path("cells")) {
            if (cell.path("ip").asText().equals(ip)) {
                var mute = cell.path("mute");
                return cell.path("overlay").asText()
                        + (mute.isNull()
                                ? ""
                                : " by " + mute.path("who").asText() + ": "
                                        + mute.path("reason").asText());
            }
        }
        throw new AssertionError("no cell of " + ip);
    }

    @Test
    void explainsByTheKeyboardAlone() {
        try (var page = browser.page()) {
            page.navigate(PAGE);
            tabTo(page, "name", "from");
            page.keyboard().type("me@shop.example");
            page.keyboard().press("Tab");
            page.keyboard().type("you@elsewhere.example");
            page.keyboard().press("Enter");

            awaitText(page, "send by sample-smarthost", "QUARANTINED: listed on test");
        }
    }

    /** As a reader without a mouse does. */
    private static void tabTo(Page page, String attribute, String value) {
        var focused = "document.activeElement.getAttribute('" + attribute + "')";
        int pressed = 0;
        while (!value.equals(page.evaluate(focused)) && pressed++ < MOST_TABS) {
            page.keyboard().press("Tab");
        }
        assertThat(page.evaluate(focused)).isEqualTo(value);
    }

    /** With some more addresses: what is cut off beside empty margins nobody finds. */
    @Test
    void isAsWideAsItsTable() {
        try (var page = browser.page(reader -> reader.setViewportSize(1920, 1000))) {
            page.navigate(PAGE);
            page.evaluate("""
                    document.querySelectorAll('.matrix tr:not(.group)').forEach(row => {
                      for (let more = 0; more < 6; more++) row.insertBefore(row.children[1].cloneNode(true), row.children[1]);
                    })""");

            assertThat(page.evaluate("(() => { const table = document.querySelector('.scroll');"
                            + " return table.scrollWidth > 1232 && table.scrollWidth <= table.clientWidth })()"))
                    .isEqualTo(true);
        }
    }

    @Test
    void fitsAPhone() {
        try (var page =
                browser.page(reader -> reader.setViewportSize(PHONE, 844).setIsMobile(true))) {
            for (var shown : List.of(PAGE, PAGE + "?show=troubled", PANEL, PEER + OPERATE, EXPLAINED)) {
                page.navigate(shown);
                assertThat(page.evaluate("document.documentElement.scrollWidth"))
                        .as(shown)
                        .isEqualTo(PHONE);
            }
        }
    }

    @Test
    void isDarkForWhoLikesItDark() {
        try (var light = browser.page(reader -> reader.setColorScheme(ColorScheme.LIGHT));
                var dark = browser.page(reader -> reader.setColorScheme(ColorScheme.DARK))) {
            assertThat(brightness(light)).isGreaterThan(200);
            assertThat(brightness(dark)).isLessThan(50);
        }
    }

    /** Of what is behind the text, from 0 to 255. */
    private static double brightness(Page page) {
        page.navigate(PAGE);
        var colour = (String) page.evaluate("getComputedStyle(document.body).backgroundColor");
        return Stream.of(colour.replaceAll("[^0-9,]", "").split(","))
                .limit(3)
                .mapToInt(Integer::parseInt)
                .average()
                .orElseThrow();
    }

    @Test
    void keepsNobodyOut() throws Exception {
        for (var colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (var page = browser.page(reader -> reader.setColorScheme(colours))) {
                for (var shown : List.of(PAGE, PANEL, PEER + OPERATE, EXPLAINED)) {
                    page.navigate(shown);
                    assertThat(barriers(page)).as("%s, %s", shown, colours).isEmpty();
                }
            }
        }
    }

    /** What axe finds serious or worse. */
    private static List<String> barriers(Page page) throws IOException {
        page.evaluate(axe());
        var told = (String) page.evaluate("axe.run().then(told => JSON.stringify(told.violations))");
        var found = new ArrayList<String>();
        for (var violation : new ObjectMapper().readTree(told)) {
            if (List.of("serious", "critical").contains(violation.path("impact").asText())) {
                found.add(violation.path("id").asText() + " at "
                        + violation.path("nodes").findValuesAsText("html"));
            }
        }
        return found;
    }

    private static String axe() throws IOException {
        try (var script = ReputationPageIT.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
