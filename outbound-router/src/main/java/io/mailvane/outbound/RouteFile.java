package io.mailvane.outbound;

import io.mailvane.mail.LogLine;
import io.mailvane.route.Egress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What receivers and smarthosts said, kept in one small file over restarts: a checksum, then {@link Egress#remember}, {@link Pins},
 * {@link LostReplies} and {@link Egress#rememberMoved}. It is knowledge that can be had again: a file that cannot be read is set aside, one that cannot be written is an
 * alarm, and mail goes on.
 */
final class RouteFile {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);

    /** Octets before what is known: checksum, format, time. */
    private static final int HEAD = Long.BYTES + Integer.BYTES + Long.BYTES;

    private final Path file;
    private final Egress egress;
    private final Pins pins;
    private final LostReplies lost;
    private byte[] kept = new byte[0];
    private boolean failing;

    RouteFile(Path file, Egress egress, Pins pins, LostReplies lost) {
        this.file = file;
        this.egress = egress;
        this.pins = pins;
        this.lost = lost;
    }

    /** Before anything is sent. */
    void recall() {
        if (!Files.exists(file)) {
            return;
        }
        boolean areWaysKnown = false;
        try {
            var octets = Files.readAllBytes(file);
            var content = ByteBuffer.wrap(octets);
            if (octets.length < Long.BYTES || content.getLong() != sum(octets, Long.BYTES)) {
                throw new IOException("its checksum is wrong");
            }
            try (var in =
                    new DataInputStream(new ByteArrayInputStream(octets, Long.BYTES, octets.length - Long.BYTES))) {
                var same = egress.recall(in);
                areWaysKnown = true;
                pins.recall(in, same, egress.now());
                lost.recall(in, egress.now());
                egress.recallMoved(in);
            }
        } catch (IOException | RuntimeException e) {
            // Whatever is wrong in it is no reason not to start.
            setAside(e, areWaysKnown ? "what follows the ways is not known" : "the day's quota is counted anew");
        }
    }

    private static long sum(byte[] octets, int from) {
        var sum = new CRC32();
        sum.update(octets, from, octets.length - from);
        return sum.getValue();
    }

    private void setAside(Exception cause, String effect) {
        var aside = file.resolveSibling(
                file.getFileName() + ".unreadable-" + egress.now().toEpochMilli());
        try {
            Files.move(file, aside);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        LOG.error(
                "{}",
                LogLine.event("alarm")
                        .field("what", "routes-unreadable")
                        .field("reason", "set aside as " + aside + ": " + wrong(cause) + "; " + effect),
                cause);
    }

    private static String wrong(Exception cause) {
        return cause instanceof EOFException
                ? "it ends too early"
                : Optional.ofNullable(cause.getMessage()).orElseGet(cause::toString);
    }

    /** The file is the one before, or this one, whatever happens meanwhile. What is known already is not written again. */
    synchronized void keep() {
        var octets = octets();
        if (Arrays.equals(octets, HEAD, octets.length, kept, Math.min(HEAD, kept.length), kept.length)) {
            return;
        }
        try {
            write(octets);
            kept = octets;
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.error(
                        "{}",
                        LogLine.event("alarm")
                                .field("what", "routes-not-written")
                                .field("reason", e.toString()),
                        e);
            }
            failing = true;
        }
    }

    private byte[] octets() {
        var octets = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(octets)) {
            out.writeLong(0);
            egress.remember(out);
            pins.remember(out);
            lost.remember(out, egress.now());
            egress.rememberMoved(out);
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes all octets", e);
        }
        var all = octets.toByteArray();
        ByteBuffer.wrap(all).putLong(sum(all, Long.BYTES));
        return all;
    }

    private void write(byte[] octets) throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        try (var channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var left = ByteBuffer.wrap(octets);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(false);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
