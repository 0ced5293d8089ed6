package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The reputation page, with an address listed, before every kind of reader. The ports are {@code up}'s. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(SamplePair.LOCK)
class ReputationPageIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final String PAGE = "http://127.0.0.1:8025/reputation";
    private static final String CELL = "/reputation/203.0.113.11/test";
    private static final int PHONE = 390;
    /** More than the page has of anything that takes the focus. */
    private static final int MOST_TABS = 100;

    @TempDir
    static Path directory;

    private SamplePair pair;
    private Browser browser;

    @BeforeAll
    void list() throws Exception {
        Programs.need(Browser.PROGRAM);
        pair = SamplePair.start(Installation.in(directory.resolve("installed")));
        Programs.output(pair.installed().home(), "./mailvane sandbox list 203.0.113.11");
        for (var words : List.of("LISTED", "QUARANTINED", "Mail leaves by <b>sample-smarthost</b>")) {
            await().atMost(DEADLINE).until(() -> pair.read(PAGE).contains(words));
        }
    }

    @AfterAll
    void end() {
        if (pair != null) {
            pair.close();
        }
    }

    @BeforeEach
    void open(@TempDir Path profile) throws Exception {
        browser = new Browser(profile);
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void isWholeWithoutScripts() throws Exception {
        browser.withoutJavaScript();
        browser.open(PAGE);
        assertThat(browser.text())
                .contains("203.0.113.11 listed on test", "QUARANTINED", "LISTED", "Mail leaves by sample-smarthost.");
        browser.open(PAGE + CELL.substring("/reputation".length()));
        assertThat(browser.text())
                .contains("203.0.113.11 on test", "127.0.0.2", "mailvane dnsbl check 203.0.113.11 --now");
        browser.open(PAGE + "?from=me%40shop.example&to=you%40elsewhere.example");
        assertThat(browser.text()).contains("send by sample-smarthost", "QUARANTINED: listed on test");
    }

    @Test
    void isReachedByTheKeyboardAlone() throws Exception {
        browser.open(PAGE);
        int pressed = 0;
        while (!CELL.equals(focused()) && pressed++ < MOST_TABS) {
            browser.press(Browser.Key.TAB);
        }
        assertThat(focused()).isEqualTo(CELL);

        browser.press(Browser.Key.ENTER);
        await().atMost(DEADLINE).until(() -> isPanelOpen());
        assertThat(browser.text()).contains("203.0.113.11 on test", "Raw answer");

        browser.press(Browser.Key.ESCAPE);
        await().atMost(DEADLINE).until(() -> !isPanelOpen());
        await().atMost(DEADLINE).until(this::focused, CELL::equals);
    }

    private String focused() throws IOException, InterruptedException {
        return browser.evaluate("document.activeElement.getAttribute('href') ?? ''")
                .asText();
    }

    private boolean isPanelOpen() throws IOException, InterruptedException {
        return browser.evaluate("document.getElementById('panel').open").asBoolean();
    }

    @Test
    void fitsAPhone() throws Exception {
        browser.resize(PHONE, 844);
        for (var page : pages()) {
            browser.open(page);
            assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
                    .as(page)
                    .isEqualTo(PHONE);
        }
    }

    @Test
    void keepsNobodyOut() throws Exception {
        assertThat(barriers(PAGE)).isEmpty();
        assertThat(barriers(PAGE + CELL.substring("/reputation".length()))).isEmpty();
        browser.dark();
        assertThat(barriers(PAGE)).isEmpty();
    }

    private static List<String> pages() {
        return List.of(
                PAGE,
                PAGE + "?show=troubled",
                PAGE + CELL.substring("/reputation".length()),
                PAGE + "?from=me%40shop.example&to=you%40elsewhere.example");
    }

    /** What axe finds serious or worse. */
    private List<String> barriers(String page) throws Exception {
        browser.open(page);
        browser.evaluate(axe());
        browser.evaluate("axe.run().then(told => { window.found = JSON.stringify(told.violations); })");
        await().atMost(DEADLINE)
                .until(() -> browser.evaluate("typeof window.found").asText().equals("string"));
        var found = new ArrayList<String>();
        for (var violation :
                new ObjectMapper().readTree(browser.evaluate("window.found").asText())) {
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
