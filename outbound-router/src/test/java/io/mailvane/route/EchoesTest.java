package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What receivers say of where they see us. */
class EchoesTest {
    private static final String OURS = "198.51.1.1";
    private static final String OTHER = "192.0.2.99";
    private static final ProviderId YAHOO = new ProviderId("yahoo");
    private static final ProviderId APPLE = new ProviderId("apple");

    private final World world = World.of(1, 0);

    private void seen(String address, ProviderId... providers) {
        for (var provider : providers) {
            world.egress.seen(Permit.plain(source("a1"), provider), World.address(address));
        }
    }

    private List<String> told() {
        return world.events.stream()
                .map(event -> event.route().name() + " " + event.kind() + " " + event.what())
                .toList();
    }

    @Test
    void threeThatSeeAnotherAddressAreBelieved() {
        seen(OTHER, GOOGLE, MICROSOFT, GOOGLE);
        assertThat(told()).isEmpty();
        seen(OTHER, YAHOO, APPLE);
        assertThat(told()).containsExactly("a1 ADDRESS_CHANGED address changed: receivers see " + OTHER);

        seen(OURS, GOOGLE, MICROSOFT);
        assertThat(told())
                .containsExactly(
                        "a1 ADDRESS_CHANGED address changed: receivers see " + OTHER,
                        "a1 ADDRESS_CONFIRMED receivers see the address again");
    }

    @Test
    void strangersAreNot() {
        seen(OTHER, GENERIC, new ProviderId("one.example"), new ProviderId("two.example"), GOOGLE, MICROSOFT);
        assertThat(told()).isEmpty();
    }

    @Test
    void whatWasSaidYesterdayIsNotSaidNow() {
        seen(OTHER, GOOGLE, MICROSOFT);
        world.after(Duration.ofHours(25));
        seen(OTHER, YAHOO);
        assertThat(told()).isEmpty();
    }

    @Test
    void whatIsForgottenConfirmsNothing() {
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        world.after(Duration.ofHours(25));
        seen(OTHER, GOOGLE);
        assertThat(told()).containsExactly("a1 ADDRESS_CHANGED address changed: receivers see " + OTHER);
        seen(OURS, GOOGLE);
        assertThat(told()).hasSize(2).last().isEqualTo("a1 ADDRESS_CONFIRMED receivers see the address again");
    }

    @Test
    void theAddressThatWeBelieveInIsNoNews() {
        seen(OURS, GOOGLE, MICROSOFT, YAHOO, APPLE);
        assertThat(told()).isEmpty();
    }
}
