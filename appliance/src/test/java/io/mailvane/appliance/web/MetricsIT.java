package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What Prometheus reads, and how: the text format 0.0.4. */
class MetricsIT {
    private static final Pattern COMMENT =
            Pattern.compile("# (HELP [a-z_]+ \\S.*|TYPE [a-z_]+ (counter|gauge|summary|histogram))");
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z_]+)(\\{[a-z_]+=\"[^\"\\\\\\n]*\"(,[a-z_]+=\"[^\"\\\\\\n]*\")*})? (-?[0-9.]+(E-?[0-9]+)?|NaN|[+-]Inf)");

    @TempDir
    Path folder;

    private WebKit web;

    @BeforeEach
    void start() throws IOException {
        var gone = new PeerSettings("zone-b", URI.create("http://127.0.0.1:1"), Optional.empty());
        web = new WebKit(folder, List.of(gone));
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
    }

    /** But those that have a test of their own. */
    private String samples() throws Exception {
        var samples = new TreeMap<String, String>();
        scrape().filter(line -> !line.startsWith("#")
                        && !line.matches("mailvane_(jvm|dnsbl|egress|receiver|smarthost_lane|scan)_.*"))
                .forEach(line -> samples.put(
                        line.substring(0, line.lastIndexOf(' ')), line.substring(line.lastIndexOf(' ') + 1)));
        return String.join(
                "\n", samples.entrySet().stream().map(Object::toString).toList());
    }

    /** A library's warning of it would be in the log of every node. */
    @Test
    void registersNothingTwice() throws Exception {
        var logger = (Logger) LoggerFactory.getLogger("io.micrometer");
        var level = logger.getLevel();
        var appender = new ListAppender<ILoggingEvent>();
        appender.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(appender);
        try {
            scrape();
            scrape();
        } finally {
            logger.detachAppender(appender);
            logger.setLevel(level);
        }
        assertThat(appender.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains("already registered")
                        || line.contains("already been registered")
                        || line.contains("been already registered"));
    }

    @Test
    void measuresAllThatADashboardNeeds() throws Exception {
        web.accept("me@example.org", "you@shop.example", "them@shop.example");
        web.clock.advance(Duration.ofSeconds(90));
        assertThat(samples()).isEqualTo("""
                        mailvane_accepting=1.0
                        mailvane_adopted_in_doubt_total=3.0
                        mailvane_adopted_messages_total=13.0
                        mailvane_adoptions_total=2.0
                        mailvane_connections_opened_total=3.0
                        mailvane_content_octets_total=4096.0
                        mailvane_faults_total=0.0
                        mailvane_hold_messages{reason="block"}=0.0
                        mailvane_hold_messages{reason="no-route"}=1.0
                        mailvane_hold_messages{reason="rate"}=1.0
                        mailvane_hold_messages{reason="turn"}=0.0
                        mailvane_lease_epoch=7.0
                        mailvane_lease_held=0.0
                        mailvane_messages_accepted_total=8.0
                        mailvane_messages_refused_total=2.0
                        mailvane_messages_tempfailed_total=1.0
                        mailvane_partitions=2.0
                        mailvane_peer_up{peer="zone-b"}=0.0
                        mailvane_queue_messages{state="active"}=1.0
                        mailvane_queue_messages{state="deferred"}=0.0
                        mailvane_queue_messages{state="held"}=0.0
                        mailvane_queue_messages{state="quarantined"}=0.0
                        mailvane_queue_messages{state="to-scan"}=0.0
                        mailvane_queue_oldest_seconds=90.0
                        mailvane_queue_recipients=2.0
                        mailvane_recipients_deferred_total=2.0
                        mailvane_recipients_failed_total=1.0
                        mailvane_recipients_relayed_total=5.0
                        mailvane_sessions_open=1.0
                        mailvane_sessions_total=9.0
                        mailvane_smarthost_breaker_state{smarthost="sh1"}=0.0
                        mailvane_smarthost_quota_remaining{smarthost="sh1"}=997.0
                        mailvane_start_time_seconds=1.7723664E9
                        mailvane_volume_copies_all=3.0
                        mailvane_volume_copies_up=3.0
                        mailvane_volume_force_seconds=0.004
                        mailvane_volume_free_bytes=3.221225472E10
                        mailvane_volume_free_inodes=1000.0
                        mailvane_volume_heal_entries=0.0
                        mailvane_volume_size_bytes=4.294967296E10
                        mailvane_volume_split_brain_entries=0.0
                        mailvane_volume_state{state="degraded"}=0.0
                        mailvane_volume_state{state="gone"}=0.0
                        mailvane_volume_state{state="healthy"}=1.0
                        mailvane_volume_state{state="hung"}=0.0
                        mailvane_volume_state{state="low"}=0.0
                        mailvane_volume_state{state="read-only"}=0.0
                        mailvane_volume_state{state="unknown"}=0.0
                        mailvane_workers_wanted=2.0
                        mailvane_workers{state="draining"}=0.0
                        mailvane_workers{state="gone"}=0.0
                        mailvane_workers{state="ready"}=1.0
                        mailvane_workers{state="starting"}=1.0""");
    }

    @Test
    void measuresScans() throws Exception {
        assertThat(scrape().filter(line -> line.startsWith("mailvane_scan_")).sorted())
                .containsExactly(
                        "mailvane_scan_capacity 0.0",
                        "mailvane_scan_failed_total 0.0",
                        "mailvane_scan_postponed_total 0.0",
                        "mailvane_scan_room 0.0",
                        "mailvane_scan_running 0.0",
                        "mailvane_scan_seconds 0.0",
                        "mailvane_scan_tempfailed_total 0.0",
                        "mailvane_scan_unscanned_total 0.0",
                        "mailvane_scan_verdicts_total{action=\"clean\",when=\"queue\"} 0.0",
                        "mailvane_scan_verdicts_total{action=\"clean\",when=\"session\"} 0.0",
                        "mailvane_scan_verdicts_total{action=\"deferred\",when=\"queue\"} 0.0",
                        "mailvane_scan_verdicts_total{action=\"deferred\",when=\"session\"} 0.0",
                        "mailvane_scan_verdicts_total{action=\"marked\",when=\"queue\"} 0.0",
                        "mailvane_scan_verdicts_total{action=\"marked\",when=\"session\"} 0.0",
                        "mailvane_scan_verdicts_total{action=\"quarantined\",when=\"queue\"} 0.0",
                        "mailvane_scan_verdicts_total{action=\"quarantined\",when=\"session\"} 0.0",
                        "mailvane_scan_verdicts_total{action=\"rejected\",when=\"queue\"} 0.0",
                        "mailvane_scan_verdicts_total{action=\"rejected\",when=\"session\"} 0.0",
                        "mailvane_scan_waiting 0.0");
    }

    @Test
    void leavesOutWhatIsNotKnownOfAnAddress() throws Exception {
        assertThat(scrape().filter(line -> line.startsWith("mailvane_dnsbl_listed{ip=\"203.0.113.11\""))
                        .map(line -> line.replaceFirst(".*list=\"(.*)\"} ", "$1 "))
                        .sorted())
                .containsExactly(
                        "barracuda 0.0",
                        "blocklistde 0.0",
                        "dronebl 0.0",
                        "psbl 0.0",
                        "spamcop 0.0",
                        "spamhaus-zen 1.0",
                        "uceprotect-1 0.0",
                        "uceprotect-3 1.0");
    }

    @Test
    void measuresListsAndAddresses() throws Exception {
        assertThat(scrape())
                .contains(
                        "mailvane_dnsbl_cell_state{ip=\"203.0.113.11\",list=\"psbl\"} 2.0",
                        "mailvane_dnsbl_control_ok{kind=\"positive\",list=\"mailspike-bl\"} 0.0",
                        "mailvane_dnsbl_query_total{list=\"spamcop\",outcome=\"negative\"} 7.0",
                        "mailvane_dnsbl_query_seconds_count{list=\"spamcop\"} 8",
                        "mailvane_dnsbl_query_seconds_sum{list=\"spamcop\"} 0.5",
                        "mailvane_egress_ip_state{ip=\"203.0.113.11\"} 5.0",
                        "mailvane_egress_ip_score{ip=\"203.0.113.11\"} 100.0");
    }

    @Test
    void measuresByWhichWaysMailLeaves() throws Exception {
        assertThat(scrape())
                .contains(
                        "mailvane_egress_lane_state{ip=\"203.0.113.11\",provider=\"google\"} 3.0",
                        "mailvane_smarthost_lane_state{provider=\"microsoft\",smarthost=\"sh1\"} 2.0",
                        "mailvane_receiver_block_total{class=\"IP_BLOCK\",ip=\"203.0.113.11\",provider=\"microsoft\"} 2.0",
                        "mailvane_egress_warmup_used{ip=\"2001:db8::25\",provider=\"google\"} 100.0",
                        "mailvane_egress_warmup_ceiling{ip=\"2001:db8::25\",provider=\"google\"} 100.0",
                        "mailvane_egress_share_ratio{provider=\"google\",route=\"sh1\"} 0.75",
                        "mailvane_egress_share_ratio{provider=\"google\",route=\"a1\"} 0.25");
    }

    @Test
    void writesTheTextFormatUnderOnePrefix() throws Exception {
        assertThat(scrape())
                .allMatch(line ->
                        COMMENT.matcher(line).matches() || SAMPLE.matcher(line).matches())
                .allMatch(line -> line.replaceFirst("# (HELP|TYPE) ", "").startsWith("mailvane_"));
        assertThat(web.get("/metrics").headers().firstValue("Content-Type"))
                .contains("text/plain;charset=utf-8;version=0.0.4");
    }

    @Test
    void namesWhatIsDocumented() throws Exception {
        Set<String> documented = new TreeSet<>();
        Pattern.compile("^\\| `(mailvane_[a-z_]+)`", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("../docs/operations.md")))
                .results()
                .forEach(match -> documented.add(match.group(1)));
        Set<String> served = new TreeSet<>();
        scrape().map(SAMPLE::matcher)
                .filter(sample -> sample.matches())
                .map(sample -> sample.group(1))
                .filter(name -> !name.equals("mailvane_dnsbl_query_seconds_sum"))
                .filter(name -> !name.startsWith("mailvane_jvm_") || name.equals("mailvane_jvm_memory_used_bytes"))
                .forEach(served::add);
        assertThat(documented).isEqualTo(served);
    }

    private Stream<String> scrape() throws IOException, InterruptedException {
        return web.get("/metrics").body().lines();
    }
}
