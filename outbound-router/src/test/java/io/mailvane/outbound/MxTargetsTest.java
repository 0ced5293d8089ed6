package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.QueueId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order the hosts of a domain are asked for a message, at its first attempt and at each retry. */
class MxTargetsTest {
    private static final List<MxHost> HOSTS =
            List.of(host("e1", 10, 1), host("e2", 10, 2), host("e3", 10, 3), host("backup", 20, 4));

    private static MxHost host(String name, int preference, int address) {
        return new MxHost(name, preference, List.of(InetAddress.ofLiteral("192.0.2." + address)));
    }

    private static QueueId message(int number) {
        return QueueId.of(1_800_000_000_000L + number / 3, number % 3, "zone-a");
    }

    private static TargetSource.Targets targets(int message) {
        return new MxTargets(HOSTS, 25).targets(message(message));
    }

    private static List<String> names(TargetSource.Targets targets) {
        return targets.targets().stream().map(Target::name).toList();
    }

    @Test
    void thoseOfEqualPreferenceShareTheMessages() {
        var first = IntStream.range(0, 300)
                .mapToObj(message -> names(targets(message)).getFirst())
                .toList();

        assertThat(List.of("e1", "e2", "e3"))
                .allSatisfy(host -> assertThat(first).filteredOn(host::equals).hasSizeBetween(70, 130));
        assertThat(first).doesNotContain("backup");
    }

    @Test
    void aMessageHasThemInTheSameOrderHoweverDnsGivesThem() {
        for (int message = 0; message < 20; message++) {
            assertThat(new MxTargets(HOSTS.reversed(), 25).targets(message(message)))
                    .isEqualTo(targets(message));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"e1", "e2", "e3", "backup"})
    void itsRetriesComeToEachBeforeOneIsAskedAgain(String first) {
        for (int message = 0; message < 20; message++) {
            var asked = new ArrayList<>(List.of(first));
            for (int retry = 1; retry < HOSTS.size(); retry++) {
                var last = asked.getLast();
                var relay = targets(message).targets().stream()
                        .filter(target -> target.name().equals(last))
                        .findFirst()
                        .orElseThrow()
                        .relay();
                asked.add(names(targets(message).behind(relay)).getFirst());
            }
            assertThat(asked).containsExactlyInAnyOrder("e1", "e2", "e3", "backup");
        }
    }
}
