package io.mailvane.appliance.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.mailvane.appliance.reputation.AddressAnswer.Progress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static Progress of(double share, Map<String, Double> shares) {
        return new Progress(Instant.EPOCH, share, shares, 1, 6, Optional.empty());
    }

    @Test
    void saysWhatIsCarriedToWhom() {
        assertThat(of(0.05, Map.of()).carries()).isEqualTo("5 % of its mail");
        assertThat(of(0.05, Map.of("google", 1.0, "apple", 1.0)).carries())
                .isEqualTo("5 % of its mail, all to apple, all to google");
        assertThat(of(1, Map.of("cisco", 0.1)).carries()).isEqualTo("all of its mail, 10 % to cisco");
    }

    @Test
    void whatAPeerTellsIsAShareAndAnOlderOneTellsNone() throws JsonProcessingException {
        var told = JsonMapper.builder()
                .addModules(new Jdk8Module(), new JavaTimeModule())
                .build()
                .readValue(
                        "{\"since\":\"1970-01-01T00:00:00Z\",\"share\":0.05,\"step\":1,\"steps\":6}", Progress.class);

        assertThat(told).isEqualTo(of(0.05, Map.of()));
        assertThat(of(0.05, Map.of("google", 7.0)).shares()).isEqualTo(Map.of("google", 1.0));
    }
}
