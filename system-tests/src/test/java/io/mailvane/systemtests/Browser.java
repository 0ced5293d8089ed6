package io.mailvane.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Debian's Chromium without a screen, moved by Playwright: one for a class of tests, and for each reader a profile of his own. One thread:
 * the one that started it.
 */
record Browser(Playwright playwright, com.microsoft.playwright.Browser chromium) implements AutoCloseable {
    static final String PROGRAM = "chromium";
    private static final double DEADLINE_MILLIS = 60_000;

    /** Skips the test where Chromium is not installed. */
    static Browser start() throws IOException {
        Programs.need(PROGRAM);
        // The driver that Playwright unpacks, and the browser's profiles.
        var folder = Files.createDirectories(Path.of("target/browser").toAbsolutePath());
        System.setProperty("playwright.driver.tmpdir", folder.toString());
        var environment = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", "TMPDIR", folder.toString());
        var playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        try {
            var options = new BrowserType.LaunchOptions().setExecutablePath(Path.of("/usr/bin", PROGRAM));
            return new Browser(playwright, playwright.chromium().launch(options));
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** A page before somebody who has opened none yet. */
    Page page() {
        return page(options -> options);
    }

    /** @param who what is special about him */
    Page page(UnaryOperator<com.microsoft.playwright.Browser.NewPageOptions> who) {
        return chromium.newPage(who.apply(new com.microsoft.playwright.Browser.NewPageOptions()));
    }

    /** Waits until he sees all of it, whatever the white space. */
    static void awaitText(Page page, String... texts) {
        var options = new ContainsTextOptions().setUseInnerText(true).setTimeout(DEADLINE_MILLIS);
        for (var text : texts) {
            assertThat(page.locator("body")).containsText(text, options);
        }
    }

    @Override
    public void close() {
        // It ends the browser too.
        playwright.close();
    }
}
