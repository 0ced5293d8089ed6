package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in a real browser: live with scripts, whole without, and at home on a phone. */
class PagesBrowserIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int PHONE = 390;

    @TempDir
    Path directory;

    private NodeProcess node;
    private Browser browser;
    private String qid;

    @BeforeEach
    void start() throws Exception {
        Programs.need(Browser.PROGRAM);
        NodeFile.keeping(directory);
        node = NodeProcess.start(directory);
        var sent = NodeProcess.run(
                directory,
                "send",
                "--to",
                "127.0.0.1:" + node.smtpPort(),
                "a-sender-with-a-long-name@a-long-subdomain.of-a-customer.example",
                "a-recipient-with-quite-a-long-name-and-no-place-to-break@shop.example");
        qid = sent.output().strip().replaceAll("(?s).*queued as ", "");
        browser = new Browser(directory);
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/queue"})
    void showWhatHappensWithoutBeingAsked(String page) throws Exception {
        browser.open(node.url() + page);
        browser.evaluate("window.stays = 'the same page'");
        assertThat(browser.text()).contains(qid);

        node.command("queue", "hold", qid);

        await().atMost(DEADLINE).until(() -> browser.text().contains("1\nheld"));
        node.command("queue", "delete", qid);
        await().atMost(DEADLINE).until(() -> browser.text().contains("0\nqueued"));
        assertThat(browser.evaluate("window.stays").asText()).isEqualTo("the same page");
    }

    @Test
    void keepWhatIsTypedIntoAForm() throws Exception {
        browser.open(node.url() + "/queue");
        browser.evaluate("document.querySelector('[name=sender]').value = 'half a na'");

        node.command("queue", "delete", qid);

        await().atMost(DEADLINE).until(() -> browser.text().contains("Nothing waits."));
        assertThat(browser.evaluate("document.querySelector('[name=sender]').value")
                        .asText())
                .isEqualTo("half a na");
    }

    @Test
    void sayThatTheNodeDoesNotAnswer() throws Exception {
        browser.open(node.url() + "/");
        assertThat(browser.text()).doesNotContain("does not answer");

        node.terminate();

        await().atMost(DEADLINE).until(() -> browser.text().contains("The node does not answer"));
        assertThat(browser.text()).contains(qid);
    }

    @Test
    void areWholeAndRenewThemselvesWithoutScripts() throws Exception {
        browser.withoutJavaScript();
        browser.open(node.url() + "/");
        assertThat(browser.text()).contains("accepting", qid, "1\nqueued");

        node.command("queue", "delete", qid);

        await().atMost(DEADLINE).until(() -> browser.text().contains("0\nqueued"));
    }

    @Test
    void fitAPhone() throws Exception {
        browser.resize(PHONE, 844);
        for (var page : new String[] {"/", "/queue", "/queue?state=settled", "/queue/" + qid, "/queue/none"}) {
            browser.open(node.url() + page);
            assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
                    .as(page)
                    .isEqualTo(PHONE);
        }
    }
}
