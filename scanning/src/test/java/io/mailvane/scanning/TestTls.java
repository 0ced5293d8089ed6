package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for this machine that is its own authority, made by the JDK's keytool. */
final class TestTls {
    private static final String PASSWORD = "test-only";

    private final KeyStore keys;

    private TestTls(KeyStore keys) {
        this.keys = keys;
    }

    /** @param address of this machine */
    static TestTls make(Path directory, String name, InetAddress address) throws Exception {
        var store = directory.resolve(name + ".p12");
        var command = "-genkeypair -alias mx -keyalg EC -dname CN=" + name + " -ext SAN=ip:" + address.getHostAddress()
                + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + store;
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made = new ProcessBuilder((keytool + " " + command).split(" "))
                .redirectErrorStream(true)
                .start();
        var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(said).isZero();
        return new TestTls(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
    }

    /** Shows this certificate, and trusts {@code other} alone. */
    SSLContext trusting(TestTls other) throws Exception {
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        return other.trusted(managers.getKeyManagers());
    }

    /** For whoever trusts this certificate alone, and shows none. */
    SSLContext trustedByAnyone() throws Exception {
        return trusted(new KeyManager[0]);
    }

    private SSLContext trusted(KeyManager[] shown) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, new char[0]);
        trusted.setCertificateEntry("other", keys.getCertificate("mx"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(shown, trust.getTrustManagers(), null);
        return context;
    }
}
