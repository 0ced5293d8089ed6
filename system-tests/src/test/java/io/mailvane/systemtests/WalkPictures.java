package io.mailvane.systemtests;

import static io.mailvane.systemtests.Browser.awaitText;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Walks as the README says, and keeps what the pages show on the way: its pictures. */
final class WalkPictures {
    private static final String PAGE = "http://127.0.0.1:8025/reputation";
    private static final int WIDTH = 1180;
    private static final int HEIGHT = 900;
    private static final int PHONE = 390;

    private final SamplePair pair;
    private final Page page;
    private final Path folder;

    private WalkPictures(SamplePair pair, Page page, Path folder) {
        this.pair = pair;
        this.page = page;
        this.folder = folder;
    }

    /** @param arguments the folder for the pictures */
    public static void main(String... arguments) throws Exception {
        var folder = Files.createDirectories(Path.of(arguments[0]));
        var directory = Files.createTempDirectory("walk");
        try (var pair = SamplePair.start(Installation.in(directory.resolve("installed")));
                var browser = Browser.start()) {
            new WalkPictures(pair, browser.page(), folder).walk();
        }
    }

    private void walk() throws IOException, InterruptedException {
        page.setViewportSize(WIDTH, HEIGHT);
        page.navigate(PAGE);
        awaitText(page, "zone-a: 1 of 1 address healthy", "zone-b: 1 of 1 address healthy");
        keep("clean");
        run("sandbox list 203.0.113.11");
        awaitText(page, "LISTED", "Mail leaves by sample-smarthost.");
        run("send --to 127.0.0.1:2525 me@shop.example you@elsewhere.example");
        awaitText(page, "elsewhere.example");
        keep("listed");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        keep("listed-dark");
        page.setViewportSize(PHONE, HEIGHT);
        keep("listed-phone");
        page.setViewportSize(WIDTH, HEIGHT);
        run("sandbox delist 203.0.113.11");
        awaitText(page, "may carry");
        keep("ramp-dark");
    }

    /** Not while colours change, nor while a busy machine is late with its answers. */
    private void keep(String name) {
        page.locator(".verdict:not(.tone-stale)").waitFor();
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setAnimations(ScreenshotAnimations.DISABLED)
                .setPath(folder.resolve("reputation-" + name + ".png")));
    }

    private void run(String command) throws IOException, InterruptedException {
        Programs.shell(pair.installed().home(), "./mailvane " + command);
    }
}
