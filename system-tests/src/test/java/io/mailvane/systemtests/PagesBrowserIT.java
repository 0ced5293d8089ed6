package io.mailvane.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.mailvane.systemtests.Browser.awaitText;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in a real browser: live with scripts, whole without, and at home on a phone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(6)
class PagesBrowserIT {
    private static final int PHONE = 390;

    @TempDir
    static Path directory;

    private Browser browser;
    private NodeProcess node;
    private String qid;

    @BeforeAll
    void open() throws Exception {
        browser = Browser.start();
        NodeFile.keeping(directory);
        node = NodeProcess.start(directory);
    }

    @AfterAll
    void close() {
        if (browser != null) {
            browser.close();
        }
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void send() throws Exception {
        var sent = NodeProcess.run(
                directory,
                "send",
                "--to",
                "127.0.0.1:" + node.smtpPort(),
                "a-sender-with-a-long-name@a-long-subdomain.of-a-customer.example",
                "a-recipient-with-quite-a-long-name-and-no-place-to-break@shop.example");
        qid = sent.output().strip().replaceAll("(?s).*queued as ", "");
    }

    /** The next test finds a node that lives, and in its queue what it sends itself. */
    @AfterEach
    void empty() throws Exception {
        if (!node.isAlive()) {
            node = NodeProcess.start(directory);
        }
        node.command("queue", "delete", qid);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/queue"})
    void showWhatHappensWithoutBeingAsked(String path) throws Exception {
        try (var page = browser.page()) {
            page.navigate(node.url() + path);
            page.evaluate("window.stays = 'the same page'");
            awaitText(page, qid);

            node.command("queue", "hold", qid);

            awaitText(page, "1 held");
            node.command("queue", "delete", qid);
            awaitText(page, "0 queued");
            assertThat(page.evaluate("window.stays")).isEqualTo("the same page");
        }
    }

    @Test
    void keepWhatIsTypedIntoAForm() throws Exception {
        try (var page = browser.page()) {
            page.navigate(node.url() + "/queue");
            page.locator("[name=sender]").fill("half a na");

            node.command("queue", "delete", qid);

            awaitText(page, "Nothing waits.");
            assertThat(page.locator("[name=sender]")).hasValue("half a na");
        }
    }

    @Test
    void sayThatTheNodeDoesNotAnswer() throws Exception {
        try (var page = browser.page()) {
            page.navigate(node.url() + "/");
            assertThat(page.locator("#lost")).isHidden();

            node.terminate();

            awaitText(page, "The node does not answer", qid);
        }
    }

    /** Of what it shows nobody says any more that it is so. */
    @Test
    void doNotTakeAProblemForTheirOwnRenewal() throws Exception {
        try (var page = browser.page()) {
            page.navigate(node.url() + "/");
            assertThat(page.locator("#lost")).isHidden();

            page.route(
                    node.url() + "/",
                    route -> route.fulfill(new Route.FulfillOptions()
                            .setStatus(500)
                            .setContentType("text/html")
                            .setBody("<main><p id=lost></p></main>")));

            awaitText(page, "The node does not answer", qid);
        }
    }

    @Test
    void areWholeAndRenewThemselvesWithoutScripts() throws Exception {
        try (var page = browser.page(reader -> reader.setJavaScriptEnabled(false))) {
            page.navigate(node.url() + "/");
            awaitText(page, "accepting", qid, "1 queued");

            node.command("queue", "delete", qid);

            awaitText(page, "0 queued");
        }
    }

    @Test
    void fitAPhone() throws Exception {
        try (var page =
                browser.page(reader -> reader.setViewportSize(PHONE, 844).setIsMobile(true))) {
            for (var path : new String[] {"/", "/queue", "/queue?state=settled", "/queue/" + qid, "/queue/none"}) {
                page.navigate(node.url() + path);
                assertThat(page.evaluate("document.documentElement.scrollWidth"))
                        .as(path)
                        .isEqualTo(PHONE);
            }
        }
    }
}
