package io.mailvane.spf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Text in which macros stand (RFC 7208 section 7), read once and expanded for each check. A value. */
record MacroString(List<Part> parts) {
    /** Those that stand in an explanation alone, {@code c}, {@code r} and {@code t}, are none here. */
    private static final Pattern MACRO = Pattern.compile("([slodiphvSLODIPHV])(\\d*)([rR]?)([.+,/_=-]*)");

    private static final String LABEL = "(?:[0-9]*+[A-Za-z][A-Za-z0-9]*+|[A-Za-z0-9]++-[A-Za-z0-9-]*[A-Za-z0-9])";
    private static final Pattern DOMAIN_END = Pattern.compile(".*\\." + LABEL + "\\.?");
    private static final int MOST_LABELS = 128;
    private static final String UNRESERVED = "-._~";

    sealed interface Part {
        record Literal(String text) implements Part {}

        /** {@code %%}, {@code %_} or {@code %-}. */
        record Escape(String text) implements Part {}

        /**
         * @param letter lower case
         * @param escaped whether it is written as in a URL
         * @param keep so many of its parts, from the right
         * @param delimiters at which it is taken apart
         */
        record Macro(char letter, boolean escaped, int keep, boolean reversed, String delimiters) implements Part {}
    }

    /** What the letters stand for. */
    @FunctionalInterface
    interface Values {
        String of(char letter) throws SpfException;
    }

    MacroString {
        parts = List.copyOf(parts);
    }

    static MacroString parse(String text) throws SpfException {
        var parts = new ArrayList<Part>();
        var literal = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                literal.append(printable(c));
                continue;
            }
            if (!literal.isEmpty()) {
                parts.add(new Part.Literal(literal.toString()));
                literal.setLength(0);
            }
            int end = i + 1 < text.length() && text.charAt(i + 1) == '{' ? text.indexOf('}', i) : i + 1;
            if (end < 0 || end >= text.length()) {
                throw SpfException.permanent("a macro in it has no end");
            }
            parts.add(end == i + 1 ? escape(text.charAt(end)) : macro(text.substring(i + 2, end)));
            i = end;
        }
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(literal.toString()));
        }
        return new MacroString(parts);
    }

    /** A {@code domain-spec}: what it becomes is asked of DNS. */
    static MacroString parseDomain(String text) throws SpfException {
        var parsed = parse(text);
        boolean ends = !parsed.parts.isEmpty()
                && switch (parsed.parts.getLast()) {
                    case Part.Literal(var last) -> DOMAIN_END.matcher(last).matches();
                    case Part.Escape _, Part.Macro _ -> true;
                };
        if (!ends) {
            throw SpfException.permanent("what stands where a domain belongs is none");
        }
        return parsed;
    }

    private static char printable(char c) throws SpfException {
        if (c <= ' ' || c > '~') {
            throw SpfException.permanent("a character in it is not allowed");
        }
        return c;
    }

    private static Part escape(char c) throws SpfException {
        return switch (c) {
            case '%' -> new Part.Escape("%");
            case '_' -> new Part.Escape(" ");
            case '-' -> new Part.Escape("%20");
            default -> throw SpfException.permanent("a percent sign in it begins no macro");
        };
    }

    private static Part macro(String text) throws SpfException {
        var matcher = MACRO.matcher(text);
        if (!matcher.matches()) {
            throw SpfException.permanent("a macro in it is none");
        }
        var digits = matcher.group(2);
        int keep = digits.isEmpty() || digits.length() > 3 ? MOST_LABELS : Integer.parseInt(digits);
        if (keep == 0) {
            throw SpfException.permanent("a macro in it keeps nothing");
        }
        char letter = matcher.group(1).charAt(0);
        var delimiters = matcher.group(4);
        return new Part.Macro(
                Character.toLowerCase(letter),
                Character.isUpperCase(letter),
                keep,
                !matcher.group(3).isEmpty(),
                delimiters.isEmpty() ? "." : delimiters);
    }

    /**
     * The end of what it becomes: all of it, or at least so many characters. What stands before them is not even asked for, for the text is
     * a stranger's, and may become very long.
     */
    String expandEnd(int enough, Values values) throws SpfException {
        var end = new ArrayDeque<String>();
        int length = 0;
        for (var part : parts.reversed()) {
            if (length >= enough) {
                break;
            }
            var text = switch (part) {
                case Part.Literal(var literal) -> literal;
                case Part.Escape(var escape) -> escape;
                case Part.Macro macro -> expand(macro, values.of(macro.letter()));
            };
            end.addFirst(text);
            length += text.length();
        }
        return String.join("", end);
    }

    private static String expand(Part.Macro macro, String value) {
        var words = new ArrayList<>(Arrays.asList(value.split("[" + Pattern.quote(macro.delimiters()) + "]", -1)));
        if (macro.reversed()) {
            Collections.reverse(words);
        }
        var kept = words.subList(Math.max(0, words.size() - macro.keep()), words.size());
        var joined = String.join(".", kept);
        return macro.escaped() ? escaped(joined) : joined;
    }

    /** RFC 3986 section 2.1. */
    private static String escaped(String text) {
        var escaped = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            escaped.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return escaped.toString();
    }
}
