package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Verdict.Action;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VerdictTest {
    @Test
    void theWorseOfTwoActionsOutweighsTheOther() {
        var order = Action.values();
        assertThat(Arrays.stream(order).map(Action::label))
                .containsExactly("clean", "marked", "deferred", "quarantined", "rejected");
        for (int better = 0; better < order.length; better++) {
            for (int worse = better; worse < order.length; worse++) {
                assertThat(order[better].worse(order[worse])).isEqualTo(order[worse]);
                assertThat(order[worse].worse(order[better])).isEqualTo(order[worse]);
            }
        }
    }
}
