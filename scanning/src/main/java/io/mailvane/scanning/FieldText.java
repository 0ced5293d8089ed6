package io.mailvane.scanning;

import io.mailvane.mail.ResultField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes a result field of what engines say. Their words are data: what is not plain US-ASCII becomes encoded-words
 * (RFC 2047), control characters become question marks before, lines are folded.
 */
final class FieldText {
    /** Lines should be no longer (RFC 5322 section 2.1.1). */
    private static final int LINE = 78;

    private static final int PLAIN_WORD_MOST = 60;
    private static final String ENCODED_BEGIN = "=?UTF-8?Q?";
    private static final String ENCODED_END = "?=";
    /** So that a line with the name before it has no more than 76 (RFC 2047 section 2). */
    private static final int ENCODED_WORD_MOST = 58;

    private FieldText() {}

    /** @param texts at least one; they are parted by semicolons */
    static ResultField field(String name, List<String> texts) {
        var words = new ArrayList<String>();
        for (var text : texts) {
            if (!words.isEmpty()) {
                part(words);
            }
            words.addAll(words(text));
        }
        return new ResultField(name, fold(name, words));
    }

    /** Behind an encoded-word stands white space, or it is none. */
    private static void part(List<String> words) {
        if (words.getLast().endsWith(ENCODED_END)) {
            words.add(";");
        } else {
            words.add(words.removeLast() + ";");
        }
    }

    private static List<String> words(String text) {
        var clean = text.codePoints()
                .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        var plain = List.of((clean.isEmpty() ? "?" : clean).split(" +"));
        return plain.stream().allMatch(FieldText::isPlain) ? plain : encodedWords(clean);
    }

    private static boolean isPlain(String word) {
        return word.length() <= PLAIN_WORD_MOST
                && !word.contains("=?")
                && !word.endsWith(ENCODED_END)
                && word.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    private static List<String> encodedWords(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder(ENCODED_BEGIN);
        for (var character : text.codePoints().mapToObj(FieldText::encoded).toList()) {
            if (word.length() + character.length() + ENCODED_END.length() > ENCODED_WORD_MOST) {
                words.add(word + ENCODED_END);
                word.setLength(ENCODED_BEGIN.length());
            }
            word.append(character);
        }
        words.add(word + ENCODED_END);
        return words;
    }

    /** A character in Q: never divided between two encoded-words (RFC 2047 section 5). Half a pair becomes a question mark. */
    private static String encoded(int c) {
        if (c == ' ') {
            return "_";
        }
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
            return Character.toString(c);
        }
        var encoded = new StringBuilder();
        for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
            encoded.append(String.format(Locale.ROOT, "=%02X", octet & 0xff));
        }
        return encoded.toString();
    }

    private static String fold(String name, List<String> words) {
        var body = new StringBuilder();
        int column = name.length() + 2;
        for (var word : words) {
            if (!body.isEmpty()) {
                boolean fits = column + 1 + word.length() <= LINE;
                body.append(fits ? " " : "\r\n ");
                column = fits ? column + 1 : 1;
            }
            body.append(word);
            column += word.length();
        }
        return body.toString();
    }
}
