package io.mailvane.scanning;

import io.mailvane.mail.IpLiteral;
import io.mailvane.mail.Secret;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** An engine and where it is, as configurations and command lines name it. */
public sealed interface EngineAddress {
    /** What rspamd's {@code max_message} is when nobody changed it. */
    long RSPAMD_MOST = 50L << 20;

    /** {@code builtin}. */
    record Builtin(BuiltinLimits limits) implements EngineAddress {
        @Override
        public ScanEngine engine() {
            return new BuiltinEngine(limits);
        }
    }

    /** {@code rspamd=http://HOST:PORT}, with {@code ?max-message=SIZE} if that was changed; further as {@link RspamdEngine}. */
    record Rspamd(URI base, Optional<Secret> password, long most) implements EngineAddress {
        @Override
        public ScanEngine engine() {
            return new RspamdEngine(base, password, most);
        }
    }

    /** {@code clamav=ADDRESS:PORT} or {@code clamav=/SOCKET}. */
    record Clamav(SocketAddress address) implements EngineAddress {
        @Override
        public ScanEngine engine() {
            return new ClamavEngine(address);
        }
    }

    /** A client of it. */
    ScanEngine engine();

    /** @throws IllegalArgumentException if it is none of the above, with what is wrong as a sentence */
    static EngineAddress parse(String text) {
        int equals = text.indexOf('=');
        var name = equals < 0 ? text : text.substring(0, equals);
        var where = equals < 0 ? "" : text.substring(equals + 1);
        return switch (name) {
            case BuiltinEngine.NAME -> builtin(where);
            case RspamdEngine.NAME -> rspamd(where);
            case ClamavEngine.NAME -> new Clamav(clamav(where));
            default -> throw new IllegalArgumentException("'" + name + "' is none of builtin, rspamd, clamav");
        };
    }

    private static EngineAddress builtin(String where) {
        if (!where.isEmpty()) {
            throw new IllegalArgumentException("builtin is in every worker: nothing follows it");
        }
        return new Builtin(BuiltinLimits.DEFAULT);
    }

    private static EngineAddress rspamd(String where) {
        var parts = Pattern.compile("(?<base>http://[^/?#\\s]+:[0-9]{1,5}/?)"
                        + "(\\?max-message=(?<number>[1-9][0-9]{0,8})(?<unit>B|KiB|MiB|GiB))?")
                .matcher(where);
        if (!parts.matches()) {
            throw new IllegalArgumentException("rspamd=http://HOST:PORT says where rspamd's normal worker is,"
                    + " with ?max-message=50MiB behind it what that takes");
        }
        long most = parts.group("number") == null ? RSPAMD_MOST : octets(parts.group("number"), parts.group("unit"));
        return new Rspamd(URI.create(parts.group("base")), Optional.empty(), most);
    }

    private static long octets(String number, String unit) {
        return Long.parseLong(number) << (10 * List.of("B", "KiB", "MiB", "GiB").indexOf(unit));
    }

    private static SocketAddress clamav(String where) {
        if (where.startsWith("/")) {
            return UnixDomainSocketAddress.of(Path.of(where));
        }
        var parts = Pattern.compile("\\[?([0-9A-Fa-f.:]+?)]?:([0-9]{1,5})").matcher(where);
        if (!parts.matches()) {
            throw new IllegalArgumentException("clamav=ADDRESS:PORT or clamav=/SOCKET says where clamd is");
        }
        return new InetSocketAddress(IpLiteral.parse(parts.group(1)), Integer.parseInt(parts.group(2)));
    }
}
