package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.Reputation.AddressCard;
import io.mailvane.dnsbl.Verdict.Tone;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sentence and each address say the same of what is known now. */
class KnowledgeTest {
    private static final String A = "203.0.113.7";
    private static final String B = "198.51.100.7";
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = new World(1, List.of(A, B), "spamhaus-zen", "spamcop", "psbl", "barracuda");

    private void silent(World.Temper temper, String... lists) {
        world.temperAll(World.WORKING);
        world.pass(HOUR);
        for (var list : lists) {
            world.temper(list, temper);
        }
        world.pass(HOUR);
    }

    private String verdict() {
        var verdict = world.reputation().verdict();
        return verdict.tone() + ": " + verdict.summary();
    }

    private List<String> cards() {
        return world.reputation().addresses().stream().map(KnowledgeTest::card).toList();
    }

    private static String card(AddressCard card) {
        return (card.known() ? "known" : "not known") + ": " + card.standing().why();
    }

    @Test
    void beforeTheFirstAnswerNothingIsKnownAndItIsSaidWhenThatIsExpected() {
        assertThat(verdict())
                .isEqualTo("stale: Nothing is known yet of 2 addresses: first answers are expected within a minute");
        assertThat(cards()).containsOnly("not known: no list has answered yet");
    }

    /** There is no last known state that could be shown. */
    @Test
    void whileNoListHasEverAnsweredNothingIsSaidToBeTheLastKnown() {
        world.temperAll(World.SILENT);
        world.pass(HOUR);
        assertThat(verdict()).isEqualTo("stale: Nothing is known yet of 2 addresses: no list has answered");
        assertThat(world.reputation().verdict().next()).isPresent();
        assertThat(cards()).containsOnly("not known: no list has answered yet");
        assertThat(world.reputation().alarms())
                .containsExactly("No list has given a usable answer for 15 min or longer: nothing is known yet."
                        + " Look at the resolver.");
    }

    @Test
    void whereNoListIsAskedThatIsSaid() {
        var alone = new World(1, List.of(A)).reputation();
        assertThat(alone.verdict().summary()).isEqualTo("Nothing is known yet of 1 address: no list is asked");
        assertThat(alone.addresses())
                .extracting(KnowledgeTest::card)
                .containsOnly("not known: no list is asked about it");
    }

    @Test
    void whileAllAnswerAllIsKnown() {
        silent(World.WORKING);
        assertThat(verdict()).isEqualTo("ok: 2 of 2 addresses healthy");
        assertThat(cards()).containsOnly("known: no list names it");
    }

    @Test
    void inAnOutageNothingIs() {
        silent(World.SERVFAIL, "spamhaus-zen", "spamcop", "psbl", "barracuda");
        assertThat(verdict()).isEqualTo("stale: What lists say of 2 addresses is mostly not known");
        assertThat(cards()).containsOnly("not known: no list named it when they last answered");
        world.restart();
        assertThat(verdict()).isEqualTo("stale: What lists say of 2 addresses is mostly not known");
        assertThat(cards()).containsOnly("not known: no list named it when they last answered");
        silent(World.WORKING);
        assertThat(verdict()).isEqualTo("ok: 2 of 2 addresses healthy");
    }

    /** Else a healthy address is called not known between two checks, of which one was a little late. */
    @Test
    void theSentenceIsOfYesterdayNoSoonerThanItsCellsAre() {
        silent(World.WORKING);
        var verdict = world.reputation().verdict();
        assertThat(Duration.between(verdict.asOf().orElseThrow(), verdict.staleAt()))
                .isEqualTo(Duration.ofHours(2).plusMinutes(2));
    }

    /** It is counted by the person's wish: each check would call all who look. */
    @Test
    void theAnswerThatAPersonHadAskedForIsTold() {
        silent(World.WORKING);
        assertThat(rechecked()).isEmpty();
        world.judge().recheck(A, "psbl", world.now());
        var asked = world.now().wall();
        world.pass(HOUR.multipliedBy(3));
        assertThat(rechecked()).containsExactly(A + " psbl " + asked);
    }

    /** What a single code does is the most. */
    @Test
    void theScoreThatIsShownEndsAtAHundred() {
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.list(A, "spamcop", "127.0.0.2");
        silent(World.WORKING);
        assertThat(world.reputation().addresses())
                .extracting(AddressCard::score)
                .containsExactly(100.0, 0.0);
        assertThat(world.reputation().addresses().getFirst().listedOn()).containsExactly("spamhaus-zen", "spamcop");
    }

    @Test
    void beyondFiveListingsTheSentenceSaysHowManyMoreThereAre() {
        var addresses = List.of(
                A, "198.51.100.7", "198.51.100.8", "198.51.100.9", "198.51.100.10", "198.51.100.11", "203.0.113.8");
        var many = new World(1, addresses, "spamcop");
        many.pass(HOUR);
        addresses.forEach(address -> {
            many.list(address, "spamcop", "127.0.0.2");
            many.pass(HOUR.multipliedBy(6));
        });
        var sentence = many.reputation().verdict().sentenceAt(many.now().wall());
        assertThat(sentence.split("; ")).hasSize(8).contains("and 2 more listings");
    }

    private List<String> rechecked() {
        return world.reputation().cells().stream()
                .flatMap(
                        cell -> cell.times().lastRecheck().stream().map(at -> cell.ip() + " " + cell.list() + " " + at))
                .toList();
    }

    @Test
    void whatHalfOfTheListsSayIsEnough() {
        silent(World.SILENT, "spamhaus-zen", "psbl");
        assertThat(verdict()).isEqualTo("ok: 2 of 2 addresses healthy");
        assertThat(cards()).containsOnly("known: no list names it");
    }

    @Test
    void anAddressOfWhichMostListsSayNothingIsNotHealthyBecauseAnotherIs() {
        silent(World.silentAbout(A), "spamhaus-zen", "psbl", "barracuda");
        assertThat(verdict()).isEqualTo("warn: 1 of 2 addresses healthy, and of 1 it is mostly not known");
        assertThat(cards())
                .containsExactly("not known: no list named it when they last answered", "known: no list names it");
        assertThat(world.reputation().verdict().tone()).isEqualTo(Tone.WARN);
    }
}
