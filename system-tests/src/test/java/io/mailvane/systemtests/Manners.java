package io.mailvane.systemtests;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** How a {@link NextHop} behaves; as it stands, well. What throws ends the session without a word. */
interface Manners {
    Manners GOOD = new Manners() {};

    default String greeting() throws IOException {
        return "220 next-hop.example";
    }

    default String reply(String command) throws IOException {
        if (command.startsWith("EHLO")) {
            return "250-next-hop.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES";
        }
        if (command.equals("DATA")) {
            return "354 Go ahead";
        }
        return command.equals("QUIT") ? "221 2.0.0 Bye" : "250 2.0.0 Ok";
    }

    /** Octets of content that have come so far. */
    default void hear(int octets) throws IOException {}

    /** The reply to the final dot; the message is kept already. */
    default String verdict() throws IOException {
        return "250 2.0.0 Taken";
    }

    /** As {@link #verdict()}, by whom it matters what was taken. */
    default String verdict(NextHop.Taken taken) throws IOException {
        return verdict();
    }

    default void say(OutputStream out, String reply) throws IOException {
        out.write((reply + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
