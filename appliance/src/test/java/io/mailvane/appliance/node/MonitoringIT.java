package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.dnsbl.DnsblSettings;
import io.mailvane.dnsbl.IpAddress;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.Source;
import io.mailvane.mail.SourceStanding.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitoringIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private ListServer lists;
    private Configuration configuration;

    @BeforeEach
    void start() throws Exception {
        lists = ListServer.start();
        var file = Files.writeString(folder.resolve("node.toml"), NodeText.watching(lists));
        configuration = ConfigurationFile.read(file, List.of());
    }

    @AfterEach
    void stop() {
        lists.close();
    }

    private Configuration monitoring(DnsblSettings dnsbl) {
        var c = configuration;
        return new Configuration(
                c.node(),
                c.volume(),
                c.queue(),
                c.inbound(),
                c.outbound(),
                c.http(),
                c.peers(),
                c.resolvers(),
                c.secretFiles(),
                c.sources(),
                dnsbl,
                c.scan(),
                c.asRead());
    }

    @Test
    void settingsThatNoMonitorStartsWithLeaveTheOneBeforeAtWork() {
        var wrong = monitoring(DnsblSettings.of(
                List.of(new Source("a1", IpAddress.parse("10.0.0.1"), true, true)),
                configuration.dnsbl().choice()));
        var told = new CopyOnWriteArrayList<Reputation>();
        try (var monitoring = Monitoring.open(configuration, () -> true, _ -> Map.of())) {
            monitoring.begin();
            monitoring.listen(told::add);
            assertThatThrownBy(() -> monitoring.reload(wrong)).hasMessageContaining("source.a1.public");
            told.clear();
            lists.list("203.0.113.11");

            Awaitility.await()
                    .atMost(DEADLINE)
                    .until(() -> monitoring.reputation().addresses().getFirst().state() == State.QUARANTINED);
            assertThat(told).isNotEmpty();
        }
    }
}
