package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URLDecoder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.james.mime4j.stream.NameValuePair;
import org.apache.james.mime4j.stream.RawBody;

/**
 * What a Content-Type says of how a part is taken apart; of all that is not, nothing is kept.
 *
 * @param mimeType {@link #LEAF}'s for whatever has no parts
 * @param boundaries those it can be read to have: one, if it is as it should be; none but for a multipart
 */
record ContentType(String mimeType, Set<String> boundaries) {
    static final ContentType LEAF = new ContentType("text/plain", Set.of());
    static final ContentType MESSAGE = new ContentType("message/rfc822", Set.of());

    private static final String MULTIPART = "multipart/";
    /** RFC 6532 gives messages in UTF-8 a type of their own. */
    private static final Set<String> MESSAGES = Set.of(MESSAGE.mimeType, "message/global");

    /** A part of a value that is continued, and whether it is encoded (RFC 2231 sections 3 and 4.1). */
    private static final Pattern SECTION = Pattern.compile("boundary\\*(\\d+)(\\*?)");

    /** What stands before an encoded value: its charset and language. */
    private static final Pattern ENCODED = Pattern.compile("[^']*'[^']*'");

    /** @throws RuntimeException if it says what nobody can read */
    static ContentType of(RawBody field) {
        var type = field.getValue().replace(" ", "").toLowerCase(Locale.ROOT);
        if (type.startsWith(MULTIPART)) {
            return new ContentType(type, boundaries(field.getParams()));
        }
        return MESSAGES.contains(type) ? MESSAGE : LEAF;
    }

    boolean isMultipart() {
        return mimeType.startsWith(MULTIPART);
    }

    /** Whether all programs that know the RFCs take it apart alike. */
    boolean isPlain() {
        return !isMultipart() || boundaries.size() == 1;
    }

    /** The boundary, or the first of several. */
    Optional<String> boundary() {
        return boundaries.stream().findFirst();
    }

    private static Set<String> boundaries(List<NameValuePair> parameters) {
        var read = new LinkedHashSet<String>();
        var sections = new TreeMap<Integer, String>();
        for (var parameter : parameters) {
            var name = parameter.getName().toLowerCase(Locale.ROOT);
            var value = Optional.ofNullable(parameter.getValue()).orElse("");
            var section = SECTION.matcher(name);
            if (name.equals("boundary")) {
                read.add(value);
            } else if (name.equals("boundary*")) {
                read.add(decoded(value));
            } else if (section.matches()
                    && sections.put(
                                    Integer.parseInt(section.group(1)),
                                    section.group(2).isEmpty() ? value : decoded(value))
                            != null) {
                throw new IllegalArgumentException("two sections of one number");
            }
        }
        if (!sections.isEmpty()) {
            read.add(String.join("", sections.values()));
        }
        read.remove("");
        return read;
    }

    /** A boundary is ASCII, whatever charset is named. */
    private static String decoded(String value) {
        var octets = ENCODED.matcher(value).replaceFirst("");
        return URLDecoder.decode(octets.replace("+", "%2B"), ISO_8859_1);
    }
}
