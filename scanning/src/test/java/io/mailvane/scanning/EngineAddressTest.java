package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineAddressTest {
    private static final String RSPAMD = "rspamd=http://HOST:PORT says where rspamd's normal worker is,"
            + " with ?max-message=50MiB behind it what that takes";

    @Test
    void isAnEngineAndWhereItIs() {
        assertThat(EngineAddress.parse("builtin")).isEqualTo(new EngineAddress.Builtin(BuiltinLimits.DEFAULT));
        assertThat(EngineAddress.parse("rspamd=http://127.0.0.1:11333"))
                .isEqualTo(new EngineAddress.Rspamd(URI.create("http://127.0.0.1:11333"), Optional.empty(), 50L << 20));
        assertThat(EngineAddress.parse("rspamd=http://127.0.0.1:11333?max-message=100MiB"))
                .isEqualTo(
                        new EngineAddress.Rspamd(URI.create("http://127.0.0.1:11333"), Optional.empty(), 100L << 20));
        assertThat(EngineAddress.parse("clamav=/run/clamav/clamd.ctl"))
                .isEqualTo(new EngineAddress.Clamav(UnixDomainSocketAddress.of("/run/clamav/clamd.ctl")));
        assertThat(EngineAddress.parse("clamav=127.0.0.1:3310"))
                .isEqualTo(new EngineAddress.Clamav(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 3310)));
        assertThat(EngineAddress.parse("clamav=[::1]:3310"))
                .isEqualTo(new EngineAddress.Clamav(new InetSocketAddress(InetAddress.ofLiteral("::1"), 3310)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spamassassin | spamassassin is none of builtin, rspamd, clamav",
                "builtin=127.0.0.1 | builtin is in every worker: nothing follows it",
                "rspamd | RSPAMD",
                "rspamd=ftp://127.0.0.1:1 | RSPAMD",
                "rspamd=http://127.0.0.1:1/x | RSPAMD",
                "rspamd=http://127.0.0.1:1?max-message=100 | RSPAMD",
                "rspamd=http://127.0.0.1:1?max-message=0MiB | RSPAMD",
                "rspamd=http://127.0.0.1:1?max-message=9999999999999999999B | RSPAMD",
                "rspamd=http://127.0.0.1:1?most=1MiB | RSPAMD",
                "clamav | clamav=ADDRESS:PORT or clamav=/SOCKET says where clamd is",
                "clamav=localhost:3310 | clamav=ADDRESS:PORT or clamav=/SOCKET says where clamd is",
                "clamav=127.1:3310 | not an IPv4 or IPv6 address: 127.1",
                "clamav=1.2.3:4:5:6 | Invalid IP address literal: 1.2.3:4:5",
                "clamav=127.0.0.1:99999 | port out of range:99999"
            })
    void saysWhatIsWrong(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EngineAddress.parse(text.strip()))
                .withMessage(reason.replaceAll("^([a-z]+)( is none)", "'$1'$2").replace("RSPAMD", RSPAMD));
    }
}
