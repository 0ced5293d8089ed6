package io.mailvane.reply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads from a regular expression what a text must contain to match it, so that most expressions need not be run. It
 * understands less than the expression language; what it does not understand requires nothing.
 */
final class RequiredLiterals {
    /** Shorter ones stand in nearly every text. */
    private static final int SHORTEST = 3;

    private final String regex;
    private int at;

    private RequiredLiterals(String regex) {
        this.regex = regex;
    }

    /** One of these stands in every text that matches; empty if nothing is known to be needed. */
    static List<String> of(String regex) {
        var literals = new RequiredLiterals(regex).alternatives();
        return literals.stream().allMatch(literal -> literal.length() >= SHORTEST) ? List.copyOf(literals) : List.of();
    }

    private Set<String> alternatives() {
        var all = new TreeSet<String>();
        boolean free = false;
        do {
            var branch = branch();
            free |= branch.isEmpty();
            all.addAll(branch);
        } while (take('|'));
        return free ? Set.of() : all;
    }

    /** Of a sequence every part is needed: the part whose shortest alternative is longest tells most. */
    private Set<String> branch() {
        var parts = new ArrayList<Set<String>>();
        var run = new StringBuilder();
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            char c = regex.charAt(at++);
            switch (c) {
                case '^', '$' -> {}
                case '(' -> {
                    end(run, parts);
                    group(parts);
                }
                case '[' -> {
                    end(run, parts);
                    skipClass();
                    quantifier();
                }
                case '.' -> {
                    end(run, parts);
                    quantifier();
                }
                case '\\' -> escaped(regex.charAt(at++), run, parts);
                default -> literal(c, run, parts);
            }
        }
        end(run, parts);
        return parts.stream()
                .max(Comparator.comparingInt(RequiredLiterals::shortest))
                .orElse(Set.of());
    }

    private static int shortest(Set<String> alternatives) {
        return alternatives.stream().mapToInt(String::length).min().orElse(0);
    }

    private void group(List<Set<String>> parts) {
        boolean looksOnly = false;
        if (take('?')) {
            looksOnly = regex.charAt(at) != ':';
            // The mark of a look-ahead or of a group that is not kept; a look-behind has one more.
            at += regex.charAt(at) == '<' ? 2 : 1;
        }
        var inside = alternatives();
        at++;
        if (quantifier().needed() && !looksOnly && !inside.isEmpty()) {
            parts.add(inside);
        }
    }

    private void skipClass() {
        take('^');
        take(']');
        while (regex.charAt(at) != ']') {
            at += regex.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
    }

    private void escaped(char c, StringBuilder run, List<Set<String>> parts) {
        boolean isClass = Character.isLetter(c) && c != 'b';
        if (isClass || Character.isDigit(c)) {
            end(run, parts);
            quantifier();
        } else if (c != 'b') {
            literal(c, run, parts);
        }
    }

    private void literal(char c, StringBuilder run, List<Set<String>> parts) {
        switch (quantifier()) {
            case ONCE -> run.append(c);
            case REPEATED -> {
                end(run.append(c), parts);
                run.append(c);
            }
            case OPTIONAL -> end(run, parts);
        }
    }

    private static void end(StringBuilder run, List<Set<String>> parts) {
        if (!run.isEmpty()) {
            parts.add(Set.of(run.toString()));
            run.setLength(0);
        }
    }

    private enum Quantifier {
        ONCE,
        REPEATED,
        OPTIONAL;

        boolean needed() {
            return this != OPTIONAL;
        }
    }

    private Quantifier quantifier() {
        var found = Quantifier.ONCE;
        if (take('?') || take('*')) {
            found = Quantifier.OPTIONAL;
        } else if (take('+')) {
            found = Quantifier.REPEATED;
        } else if (take('{')) {
            found = regex.charAt(at) == '0' ? Quantifier.OPTIONAL : Quantifier.REPEATED;
            at = regex.indexOf('}', at) + 1;
        }
        if (found != Quantifier.ONCE && !take('?')) {
            take('+');
        }
        return found;
    }

    private boolean take(char c) {
        boolean there = at < regex.length() && regex.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }
}
