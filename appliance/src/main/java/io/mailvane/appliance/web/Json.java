package io.mailvane.appliance.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How records become JSON: times as RFC 3339 in UTC, what is absent as null. Reading is strict, for what is misread here
 * is done to mail: a misspelt name, a second value of the same name, or a number for a text are errors.
 */
final class Json {
    private static final JsonMapper STRICT = builder().build();
    /** A peer of a newer version says more than we know. */
    private static final JsonMapper LENIENT = builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(new SimpleModule("peer-times").addDeserializer(Instant.class, new PeerTime()))
            .build();

    private Json() {}

    private static JsonMapper.Builder builder() {
        return JsonMapper.builder()
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
    }

    static byte[] write(Record value) {
        try {
            return STRICT.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record that is no JSON: " + value.getClass(), e);
        }
    }

    /** @throws JsonProcessingException if the text is no JSON, or not that of {@code type} */
    static <T extends Record> T read(byte[] json, Class<T> type) throws IOException {
        return present(STRICT, json, type);
    }

    /** As {@link #read}, but of a peer: names that {@code type} lacks are passed over, and times are bounded. */
    static <T extends Record> T readKnown(byte[] json, Class<T> type) throws IOException {
        return present(LENIENT, json, type);
    }

    /** JSON's {@code null} is a value of every type to the library, and of none to us. */
    private static <T extends Record> T present(JsonMapper mapper, byte[] json, Class<T> type) throws IOException {
        @Nullable T value = mapper.readValue(json, type);
        if (value == null) {
            throw MismatchedInputException.from(null, type, "null is no " + type.getSimpleName());
        }
        return value;
    }
}
