package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts is spoken of, and told to those who draw it, by the threshold that the judge goes by. */
class CountsTest {
    private static final String A = "203.0.113.7";

    /** Whether the list counts, the cell and whether that counts, and the sentence's listings. */
    private static List<String> told(double watchedFrom, String list, String code) {
        var world = new World(1, List.of(A, "198.51.100.7"), list, "barracuda").watchingFrom(watchedFrom);
        world.list("127.0.0.2", list, code);
        world.pass(Duration.ofHours(2));
        world.list(A, list, code);
        world.pass(Duration.ofHours(3));
        var reputation = world.reputation();
        var cell = reputation.cell(A, list).orElseThrow();
        boolean counts = reputation.lists().stream().anyMatch(each -> each.id().equals(list) && each.counts());
        return List.of(
                counts ? "counts" : "informational",
                cell.state() + (cell.counts() ? " counts" : " informational"),
                reputation.verdict().listings().stream()
                        .map(Verdict.Listing::what)
                        .toList()
                        .toString());
    }

    @Test
    void aListingCountsFromTheWeightOnThatTheOperatorWatches() {
        assertThat(told(10, "spamcop", "127.0.0.2"))
                .containsExactly("counts", "LISTED counts", "[203.0.113.7 listed on SpamCop SCBL]");
        assertThat(told(40, "spamcop", "127.0.0.2"))
                .containsExactly("counts", "LISTED counts", "[203.0.113.7 listed on SpamCop SCBL]");
        assertThat(told(41, "spamcop", "127.0.0.2")).containsExactly("informational", "LISTED informational", "[]");
    }

    /** Attacks on logins say nothing of mail: that list's other codes do. */
    @Test
    void aCodeOfNoWeightDoesNotCountBecauseAnotherOneOfItsListDoes() {
        assertThat(told(10, "spamrats", "127.0.0.43")).containsExactly("counts", "LISTED informational", "[]");
        assertThat(told(10, "spamrats", "127.0.0.38"))
                .containsExactly("counts", "LISTED counts", "[watched: 203.0.113.7 on SpamRATS Spam (weight 15)]");
    }
}
