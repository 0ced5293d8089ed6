package io.mailvane.scanning;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.BodyDescriptorBuilder;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.ParserCursor;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.util.ContentUtil;

/**
 * What the fields of a part say of how it is taken apart and decoded. Where programs may differ about that, the reading that
 * shows more is followed, and {@code doubtful} is run: somebody may see what nobody has scanned. One thread.
 */
final class PartFields implements BodyDescriptorBuilder {
    /** For each encoding that leaves octets as they are. */
    private static final String IDENTITY = "binary";

    private static final String BASE64 = "base64";
    private static final String QUOTED_PRINTABLE = "quoted-printable";
    private static final Set<String> IDENTITIES = Set.of("7bit", "8bit", IDENTITY);

    private final ContentType otherwise;
    private final Runnable doubtful;
    private final Set<ContentType> types = new LinkedHashSet<>();
    private final Set<String> encodings = new LinkedHashSet<>();

    PartFields(Runnable doubtful) {
        this(ContentType.LEAF, doubtful);
    }

    /** @param otherwise what it is if no field says so */
    private PartFields(ContentType otherwise, Runnable doubtful) {
        this.otherwise = otherwise;
        this.doubtful = doubtful;
    }

    @Override
    public void reset() {
        types.clear();
        encodings.clear();
    }

    /** What is in a digest is a message (RFC 2046 section 5.1.5). */
    @Override
    public BodyDescriptorBuilder newChild() {
        boolean digest = type().mimeType().equals("multipart/digest");
        return new PartFields(digest ? ContentType.MESSAGE : ContentType.LEAF, doubtful);
    }

    @Override
    public Field addField(RawField field) {
        switch (field.getName().toLowerCase(Locale.ROOT)) {
            case "content-type" -> types.add(ContentType.of(RawFieldParser.DEFAULT.parseRawBody(field)));
            case "content-transfer-encoding" -> addEncoding(withoutComments(field.getBody()));
            default -> {
                // Nothing is scanned otherwise because of it.
            }
        }
        return field;
    }

    private static String withoutComments(String body) {
        var octets = ContentUtil.encode(body);
        return RawFieldParser.DEFAULT
                .parseToken(octets, new ParserCursor(0, octets.length()), null)
                .toLowerCase(Locale.ROOT);
    }

    private void addEncoding(String said) {
        var word = said.split("[; ]", 2)[0].replace("\"", "");
        if (IDENTITIES.contains(word) || said.isEmpty()) {
            encodings.add(IDENTITY);
            return;
        }
        encodings.add(word);
        if (!said.equals(word) || !Set.of(BASE64, QUOTED_PRINTABLE).contains(word)) {
            doubtful.run();
        }
    }

    @Override
    public BodyDescriptor build() {
        var type = type();
        if (types.size() > 1 || encodings.size() > 1 || !type.isPlain()) {
            doubtful.run();
        }
        return type.isMultipart() && type.boundary().isEmpty()
                ? new Described(ContentType.LEAF, encoding())
                : new Described(type, encoding());
    }

    private ContentType type() {
        return types.stream()
                .filter(ContentType::isMultipart)
                .findFirst()
                .or(() -> types.stream().filter(ContentType.MESSAGE::equals).findFirst())
                .or(() -> types.stream().findFirst())
                .orElse(otherwise);
    }

    private String encoding() {
        if (encodings.contains(BASE64)) {
            return BASE64;
        }
        return encodings.contains(QUOTED_PRINTABLE) ? QUOTED_PRINTABLE : IDENTITY;
    }

    private record Described(ContentType type, String encoding) implements BodyDescriptor {
        @Override
        public String getMimeType() {
            return type.mimeType();
        }

        @Override
        public String getMediaType() {
            return getMimeType().substring(0, getMimeType().indexOf('/'));
        }

        @Override
        public String getSubType() {
            return getMimeType().substring(getMimeType().indexOf('/') + 1);
        }

        @Override
        public String getBoundary() {
            return type.boundary().orElse("");
        }

        @Override
        public String getCharset() {
            return "us-ascii";
        }

        @Override
        public String getTransferEncoding() {
            return encoding;
        }

        @Override
        public long getContentLength() {
            return -1;
        }
    }
}
