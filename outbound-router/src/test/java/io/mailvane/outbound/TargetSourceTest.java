package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which order a retry asks the hosts of a next hop. */
class TargetSourceTest {
    private static final List<String> HOSTS =
            List.of("mx1 2001:db8::1", "mx1 192.0.2.1", "mx2 192.0.2.2", "mx3 2001:db8::3", "mx3 192.0.2.3");

    private static Target target(String host) {
        var words = host.split(" ");
        return new Target(words[0], new InetSocketAddress(InetAddress.ofLiteral(words[1]), 25));
    }

    private static TargetSource.Targets targets(Integer... order) {
        return new TargetSource.Targets(
                Arrays.stream(order)
                        .map(HOSTS::get)
                        .map(TargetSourceTest::target)
                        .toList(),
                "one has no address",
                DeliveryReport.Side.OURS);
    }

    /** A host that is full is so at each of its addresses. */
    @ParameterizedTest
    @CsvSource({
        "0, 2 3 4 0 1",
        "1, 2 3 4 0 1",
        "2, 3 4 0 1 2",
        "3, 0 1 2 3 4",
        "4, 0 1 2 3 4",
    })
    void thoseBehindTheLastHostComeFirstAndThenTheBest(int last, String order) {
        var all = targets(0, 1, 2, 3, 4);

        assertThat(all.behind(target(HOSTS.get(last)).relay()))
                .isEqualTo(targets(
                        Arrays.stream(order.split(" ")).map(Integer::valueOf).toArray(Integer[]::new)));
    }

    @ParameterizedTest
    @CsvSource({"mx9.example[192.0.2.9]:25", "mx1[192.0.2.1]:2525", "-"})
    void whoIsNotAmongThemChangesNothing(String relay) {
        assertThat(targets(0, 1, 2).behind(relay)).isEqualTo(targets(0, 1, 2));
    }
}
