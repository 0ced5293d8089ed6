package io.mailvane.mail;

/**
 * Words of protocols: commands, keywords, parameters and names of fields are ASCII, and compared without case in ASCII alone. The
 * JDK's own methods fold all of Unicode, by which the long s, the dotless i and the Kelvin sign become letters of ASCII.
 */
public final class Ascii {
    private static final int CASE = 'a' - 'A';

    private Ascii() {}

    /** In upper case, what is not ASCII as it is. */
    public static String upperCase(String text) {
        return mapped(text, 'a', 'z', -CASE);
    }

    /** In lower case, what is not ASCII as it is. */
    public static String lowerCase(String text) {
        return mapped(text, 'A', 'Z', CASE);
    }

    private static String mapped(String text, char first, char last, int by) {
        var mapped = text.toCharArray();
        for (int i = 0; i < mapped.length; i++) {
            if (mapped[i] >= first && mapped[i] <= last) {
                mapped[i] += (char) by;
            }
        }
        return new String(mapped);
    }

    public static boolean equalsIgnoringCase(String one, String other) {
        return one.length() == other.length() && startsIgnoringCase(one, other);
    }

    public static boolean startsIgnoringCase(String text, String prefix) {
        if (text.length() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (upper(text.charAt(i)) != upper(prefix.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char upper(char c) {
        return c >= 'a' && c <= 'z' ? (char) (c - CASE) : c;
    }
}
