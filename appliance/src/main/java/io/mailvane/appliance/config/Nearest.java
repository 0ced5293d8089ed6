package io.mailvane.appliance.config;

import java.util.Collection;
import java.util.Comparator;

/** The known word that somebody who typed another one most likely meant. */
final class Nearest {
    private static final int FAR = 3;

    private Nearest() {}

    /** {@code " (did you mean drain?)"}, or nothing if no known word is near. */
    static String hint(String typed, Collection<String> known) {
        return known.stream()
                .filter(word -> distance(typed, word) <= Math.min(FAR, Math.max(1, word.length() / 2)))
                .min(Comparator.<String>comparingInt(word -> distance(typed, word))
                        .thenComparing(word -> word))
                .map(word -> " (did you mean " + word + "?)")
                .orElse("");
    }

    /** The same, or all that are known if none is near. */
    static String orAll(String typed, Collection<String> known) {
        var hint = hint(typed, known);
        return hint.isEmpty() && !known.isEmpty() ? "; known: " + String.join(", ", known) : hint;
    }

    /** Levenshtein's: how many letters are changed, added or left out. */
    private static int distance(String from, String to) {
        var row = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= to.length(); column++) {
                int changed = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(changed, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
