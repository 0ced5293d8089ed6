package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Verdict.Action;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's rspamd with its core alone: no rules, no maps, nothing asked beyond loopback. */
class RealRspamdIT implements ScanEngineContract {
    private static final String RULES = """
            rspamd_config.BUY_NOW = {
              callback = function(task) return string.find(tostring(task:get_content()), 'buy now') ~= nil end
            }
            """;

    @TempDir
    static Path directory;

    private static Optional<RealProgram> program = Optional.empty();
    private static Optional<RspamdEngine> engine = Optional.empty();

    @BeforeAll
    static void start() throws IOException {
        int port = RealProgram.freePort();
        Files.writeString(directory.resolve("tld"), "example\norg\n");
        Files.writeString(directory.resolve("rules.lua"), RULES);
        Files.writeString(directory.resolve("rspamd.conf"), configuration(port));
        program = Optional.of(RealProgram.start(
                directory, port, "rspamd", "--no-fork", "--insecure", "--config", directory + "/rspamd.conf"));
        engine = Optional.of(new RspamdEngine(URI.create("http://127.0.0.1:" + port), Optional.empty(), 1 << 20));
    }

    private static String configuration(int port) {
        return """
            options {
              filters = "regexp";
              dns { nameserver = ["127.0.0.1:1"]; }
              pidfile = "%1$s/pid"; tempdir = "%1$s"; hs_cache_dir = "%1$s"; stats_file = "%1$s/stats";
              control_socket = "%1$s/control mode=0600"; history_file = ""; rrd = "";
              url_tld = "%1$s/tld";
              disable_hyperscan = true;
            }
            logging { type = "console"; level = "warning"; }
            worker "normal" { bind_socket = "127.0.0.1:%2$d"; count = 1; }
            actions { reject = 15; add_header = 6; }
            group "test" { symbols = { "BUY_NOW" { score = 7.5; } } }
            lua = "%1$s/rules.lua";
            """.formatted(directory, port);
    }

    @AfterAll
    static void stop() {
        engine.ifPresent(RspamdEngine::close);
        program.ifPresent(RealProgram::close);
    }

    @Override
    public ScanEngine engine() {
        return engine.orElseThrow();
    }

    @Test
    void marksWithScoreAndSymbolsWhatRspamdWouldMark() throws Exception {
        assertThat(engine().scan(Scans.request("Subject: hi\n\nbuy now\n"), Scans.soon()))
                .isEqualTo(new Finding(
                        Action.MARK, List.of("add header", "BUY_NOW (7.50)"), List.of("score 7.50 of 15.00")));
    }

    @Test
    void rejectsGtubeAsRspamdSays() throws Exception {
        assertThat(engine().scan(TestMessage.GTUBE.request(), Scans.soon()))
                .isEqualTo(new Finding(
                        Action.REJECT,
                        List.of("reject", "Gtube pattern", "GTUBE (0.00)"),
                        List.of("score 15.00 of 15.00")));
    }
}
