package io.mailvane.appliance.cli;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/** Says in words what an exception of the JDK leaves to its class name. */
final class Sentences {
    private static final int REPLACEMENT = 0xFFFD;

    private Sentences() {}

    /** Text of others for a terminal, which obeys control characters. */
    static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? REPLACEMENT : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** {@code 1 message}, {@code 2 messages}. */
    static String count(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }

    static String of(Exception e) {
        return switch (e) {
            case UncheckedIOException wrapped -> of(Objects.requireNonNull(wrapped.getCause()));
            case NoSuchFileException missing -> missing.getFile() + ": there is no such file";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileAlreadyExistsException other -> other.getFile() + ": something else is there";
            case NotDirectoryException file -> file.getFile() + ": is no directory";
            case UnknownHostException unknown -> unknown.getMessage() + ": no address is known of this name";
            case ConnectException failed when isUnresolved(failed) -> "no address is known of this name";
            case ConnectException failed when failed.getMessage() == null -> "the connection is refused";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    /** As the JDK's HTTP client tells of a name without an address: two causes deep, and without a word. */
    private static boolean isUnresolved(ConnectException e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }
}
