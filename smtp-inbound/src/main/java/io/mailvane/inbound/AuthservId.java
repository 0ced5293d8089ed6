package io.mailvane.inbound;

/**
 * Who an Authentication-Results field says has judged (RFC 8601 section 2.2): its first token or quoted string, read as a
 * verifier reads it, so that no comment, quote or backslash hides our name. One thread.
 */
final class AuthservId {
    private final String value;
    private int at;

    private AuthservId(String value) {
        this.value = value;
    }

    /** @return "" if the value holds none */
    static String of(String value) {
        var reader = new AuthservId(value);
        reader.skipCommentsAndSpace();
        return reader.word();
    }

    private boolean more() {
        return at < value.length();
    }

    /** The next character, or the one that a backslash stands before. */
    private char unescaped() {
        if (value.charAt(at) == '\\' && at + 1 < value.length()) {
            at++;
        }
        return value.charAt(at++);
    }

    private void skipCommentsAndSpace() {
        while (more()) {
            if (value.charAt(at) == '(') {
                skipComment();
            } else if (Character.isWhitespace(value.charAt(at))) {
                at++;
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        int depth = 0;
        do {
            char c = value.charAt(at);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            }
            unescaped();
        } while (depth > 0 && more());
    }

    /** A verifier may join what stands together, such as {@code "mx".example}; so do we. */
    private String word() {
        var word = new StringBuilder();
        while (more() && !endsWord(value.charAt(at))) {
            if (value.charAt(at) == '"') {
                readQuoted(word);
            } else {
                word.append(unescaped());
            }
        }
        return word.toString();
    }

    private static boolean endsWord(char c) {
        return c == ';' || c == '(' || Character.isWhitespace(c);
    }

    private void readQuoted(StringBuilder word) {
        at++;
        while (more() && value.charAt(at) != '"') {
            word.append(unescaped());
        }
        at++;
    }
}
