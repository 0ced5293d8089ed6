package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Walks as the README says, and keeps what the pages show on the way: its pictures. */
final class WalkPictures {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final String PAGE = "http://127.0.0.1:8025/reputation";
    private static final int WIDTH = 1180;
    private static final int HEIGHT = 900;
    private static final int PHONE = 390;

    private final SamplePair pair;
    private final Browser browser;
    private final Path folder;

    private WalkPictures(SamplePair pair, Browser browser, Path folder) {
        this.pair = pair;
        this.browser = browser;
        this.folder = folder;
    }

    /** @param arguments the folder for the pictures */
    public static void main(String... arguments) throws Exception {
        var folder = Files.createDirectories(Path.of(arguments[0]));
        var directory = Files.createTempDirectory("walk");
        try (var pair = SamplePair.start(Installation.in(directory.resolve("installed")));
                var browser = new Browser(directory)) {
            new WalkPictures(pair, browser, folder).walk();
        }
    }

    private void walk() throws IOException, InterruptedException {
        browser.resize(WIDTH, HEIGHT);
        browser.open(PAGE);
        awaitText("zone-a: 1 of 1 address healthy", "zone-b: 1 of 1 address healthy");
        keep("clean");
        run("sandbox list 203.0.113.11");
        awaitText("LISTED", "Mail leaves by sample-smarthost.");
        run("send --to 127.0.0.1:2525 me@shop.example you@elsewhere.example");
        awaitText("elsewhere.example");
        keep("listed");
        browser.dark();
        keep("listed-dark");
        browser.resize(PHONE, HEIGHT);
        keep("listed-phone");
        browser.resize(WIDTH, HEIGHT);
        run("sandbox delist 203.0.113.11");
        awaitText("may carry");
        keep("ramp-dark");
    }

    private void awaitText(String... texts) {
        for (var text : texts) {
            await().atMost(DEADLINE).until(() -> browser.text().contains(text));
        }
    }

    private void keep(String name) throws IOException, InterruptedException {
        browser.picture(folder.resolve("reputation-" + name + ".png"));
    }

    private void run(String command) throws IOException, InterruptedException {
        Programs.shell(pair.installed().home(), "./mailvane " + command);
    }
}
