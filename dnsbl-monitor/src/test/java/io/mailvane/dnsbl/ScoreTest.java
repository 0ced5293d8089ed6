package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreTest {
    private static final RoutingSettings SETTINGS = RoutingSettings.DEFAULT;

    /** Situations as list=weight of the heaviest code; the columns as in the specification's section 2.4. */
    @ParameterizedTest
    @CsvSource({
        "uceprotect-3=0, 0, 0, 0, 0, 0",
        "uceprotect-1=15 uceprotect-2=5 uceprotect-3=0 backscatterer=5, 15, 1.5, 1.5, 15, 15",
        "spamrats=15 sem-black=15 bip.virusfree.cz=10 s5h=5 0spam=5, 35, 5, 5, 35, 35",
        "spamcop=40, 24, 4, 4, 60, 24",
        "barracuda=60, 24, 6, 6, 24, 102",
        "psbl=25 spamcop=40 mailspike-bl=30, 59, 9.5, 9.5, 95, 59",
        "spamhaus-zen=90, 90, 18, 90, 90, 90",
        "spamhaus-zen=100, 100, 20, 100, 100, 100",
    })
    void penaltyGoesByWhatReceiversUse(
            String listings, double generic, double google, double microsoft, double cisco, double barracuda) {
        var parts = parts(listings);
        var penalties = Score.penalties(parts, SETTINGS);
        double general = Score.penalty(parts, SETTINGS);

        assertThat(List.of(
                        general,
                        at("google", penalties, general),
                        at("microsoft", penalties, general),
                        at("cisco", penalties, general),
                        at("barracuda", penalties, general)))
                .isEqualTo(List.of(generic, google, microsoft, cisco, barracuda));
    }

    @Test
    void noNumberOfHobbyListsTakesAnAddressOut() {
        var all = Catalogue.shipped().lists().stream()
                .map(entry -> Lists.shipped(entry.id()))
                .map(list -> part(list, Math.min(39, list.weight()), 1))
                .toList();

        assertThat(Score.raw(all, SETTINGS)).isEqualTo(35);
    }

    @Test
    void oldKnowledgeWeighsLess() {
        var half = List.of(part(Lists.shipped("spamhaus-zen"), 100, 0.5));

        assertThat(Score.raw(half, SETTINGS)).isEqualTo(50);
        assertThat(Score.penalties(half, SETTINGS)).isEqualTo(Map.of(new ProviderId("google"), 10.0));
    }

    private static Score.Part part(DnsblList list, double weight, double trust) {
        return new Score.Part(list.group(), list.affinity(), list.affinity(), weight, trust);
    }

    @ParameterizedTest
    @CsvSource({
        "spamcop=40, google, 1, 40",
        "spamcop=40, elsewhere.example, 1, 40",
        "spamcop=40, elsewhere.example, 0.3, 12",
        "spamhaus-zen=100, google, 1, 99",
        "spamhaus-zen=100, microsoft, 1, 100",
        "spamhaus-zen=100, microsoft, 0.5, 50",
        "barracuda=60 spamcop=40, google, 1, 99",
        "barracuda=60, barracuda, 1.7, 102",
        "uceprotect-3=0, google, 1, 0",
    })
    void whatAReceiverHasTaughtCountsThereAndAloneShutsNoAddressOut(
            String listings, String provider, double affinity, double penalty) {
        var who = new ProviderId(provider);
        var taught = parts(listings).stream()
                .map(part -> new Score.Part(
                        part.group(),
                        part.shipped(),
                        part.shipped().with(Map.of(who, affinity)),
                        part.weight(),
                        part.trust()))
                .toList();

        assertThat(Score.penalties(taught, SETTINGS)).containsEntry(who, penalty);
    }

    private static double at(String provider, Map<ProviderId, Double> penalties, double general) {
        return penalties.getOrDefault(new ProviderId(provider), general);
    }

    private static List<Score.Part> parts(String listings) {
        return Arrays.stream(listings.split(" "))
                .map(listing -> listing.split("="))
                .map(pair -> part(Lists.shipped(pair[0]), Double.parseDouble(pair[1]), 1))
                .toList();
    }
}
