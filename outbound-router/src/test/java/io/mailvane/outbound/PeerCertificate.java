package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A peer's self-signed certificate for one name, made by the JDK's keytool.
 *
 * @param caFile what whoever trusts it is given
 */
record PeerCertificate(Path caFile, SSLContext server) {
    private static final String PASSWORD = "test-only";

    static PeerCertificate make(Path directory, String name) throws Exception {
        var store = directory.resolve(name + ".p12");
        keytool(store, name);
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        var encoded = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getCertificate("peer").getEncoded());
        var pem = Files.writeString(
                directory.resolve(name + ".pem"),
                "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
        return new PeerCertificate(pem, server(keys));
    }

    private static SSLContext server(KeyStore keys) throws GeneralSecurityException {
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(Path store, String name) throws IOException, InterruptedException {
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command = new ProcessBuilder(keytool, "-genkeypair", "-alias", "peer", "-keyalg", "EC");
        command.command().addAll(java.util.List.of("-dname", "CN=" + name, "-ext", "SAN=dns:" + name));
        command.command().addAll(java.util.List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        command.command().addAll(java.util.List.of("-keystore", store.toString()));
        var made = command.redirectErrorStream(true).start();
        var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(said).isZero();
    }
}
