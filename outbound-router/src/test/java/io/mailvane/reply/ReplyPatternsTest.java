package io.mailvane.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table itself: its rows can be read, none can be made to run for long, and none is skipped that would have found something. */
class ReplyPatternsTest {
    /** Characters that a row may look at in one text of the greatest length: 400 for each of them. */
    private static final int MOST_LOOKS = 400 * ReplyText.MOST;

    private static List<ReplyPattern> patterns() {
        return ReplyClassifier.rows("reply-patterns.tsv").stream()
                .map(ReplyPattern::ofRow)
                .toList();
    }

    /** Counts how often a matcher looks at it. */
    private static final class Counted implements CharSequence {
        private final String text;
        private int looks;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            looks++;
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @Test
    void everyRowHasAnIdOfItsOwnAndIsWrittenInLowerCase() {
        var ids = patterns().stream().map(ReplyPattern::id).toList();
        assertThat(ids).hasSize(83).doesNotHaveDuplicates();
        assertThat(patterns())
                .allSatisfy(row -> assertThat(row.text().pattern().replaceAll("\\\\.", ""))
                        .isEqualTo(row.text().pattern().replaceAll("\\\\.", "").toLowerCase(Locale.ROOT)));
    }

    /** Texts made of a row's own words are what could make it run: each of them alone, and all of them mixed. */
    @ParameterizedTest
    @MethodSource("patterns")
    void noTextMakesARowLookForLong(ReplyPattern row) {
        for (var text : adversarial(row)) {
            var counted = new Counted(text);
            var found = row.text().matcher(counted).find();
            assertThat(counted.looks)
                    .as("%s on %s (found: %s)", row.id(), text, found)
                    .isLessThan(MOST_LOOKS);
        }
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void noRowIsSkippedThatWouldHaveFoundSomething(ReplyPattern row) {
        assertThat(adversarial(row))
                .filteredOn(text -> row.text().matcher(text).find())
                .allMatch(row::mayFind);
    }

    private static List<String> adversarial(ReplyPattern row) {
        var words = words(row);
        var texts = new ArrayList<String>();
        for (var word : words) {
            texts.add(filled(List.of(word), new Random(1)));
        }
        Stream.of("4", "5.7.1 ", "a ", "[", "https://", "1.", "203.0.113.1 ", "ip ", "(", " ", "x")
                .forEach(word -> texts.add(filled(List.of(word), new Random(1))));
        for (int seed = 0; seed < 40; seed++) {
            texts.add(filled(words, new Random(seed)));
        }
        return texts;
    }

    private static List<String> words(ReplyPattern row) {
        var plain = row.text().pattern().replaceAll("\\\\[bdsS]", " 1 ").replaceAll("\\\\(.)", "$1");
        var words = Pattern.compile("[^a-z0-9 ./:#\\[_-]+").splitAsStream(plain).map(String::strip);
        return words.filter(word -> !word.isEmpty()).collect(Collectors.toList());
    }

    private static String filled(List<String> words, Random random) {
        var text = new StringBuilder(random.nextBoolean() ? "550 " : "451 ");
        while (text.length() < ReplyText.MOST) {
            text.append(words.get(random.nextInt(words.size())));
            if (random.nextInt(3) > 0) {
                text.append(' ');
            }
        }
        return text.substring(0, ReplyText.MOST);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            blocked using ; blocked using
            (abc|defg) ; abc defg
            abc|de ;
            \\bib007\\b ; ib007
            5\\.7\\.25\\b ; 5.7.25
            colou?r ; colo
            (optional)? ;
            abc+d ; abc
            (very )?low reputation ; low reputation
            over ?quota ; quota
            [45]\\.2\\.2\\b ; .2.2
            (?!not)this ; this
            (?:ab|cd)xyz ; xyz
            ^454 .*daily message ; daily message
            \\d{3}(abc){0,2} ;
            aup#[a-z-]*(1000|12[0-4]\\d) ; aup#
            """)
    void readsWhatATextMustContain(String regex, String literals) {
        assertThat(String.join(" ", RequiredLiterals.of(regex))).isEqualTo(literals == null ? "" : literals);
    }

    @Test
    void mostRowsAreSkippedForMostTexts() {
        assertThat(patterns()).filteredOn(row -> row.literals().isEmpty()).hasSizeLessThan(12);
    }
}
