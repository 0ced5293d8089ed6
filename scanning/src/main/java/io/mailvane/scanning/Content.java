package io.mailvane.scanning;

import java.io.IOException;
import java.io.InputStream;

/** A message's content, from its first octet each time it is opened. */
@FunctionalInterface
public interface Content {
    /**
     * The content as it came. Whoever opens it closes it.
     *
     * @throws IOException if it cannot be read now, which is a failed scan and never an empty message
     */
    InputStream open() throws IOException;
}
