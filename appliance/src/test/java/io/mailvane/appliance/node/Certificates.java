package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Self-signed certificates, made by the JDK's keytool, and what a server shows. */
final class Certificates {
    private static final String PASSWORD = "test-only";

    private Certificates() {}

    /** Writes {@code NAME.crt} and {@code NAME.key}; each time another one. */
    static X509Certificate make(Path folder, String name) throws Exception {
        var store = folder.resolve(name + ".p12");
        Files.deleteIfExists(store);
        keytool(store);
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        var certificate = (X509Certificate) keys.getCertificate("mx");
        pem(folder.resolve(name + ".crt"), "CERTIFICATE", certificate.getEncoded());
        pem(
                folder.resolve(name + ".key"),
                "PRIVATE KEY",
                keys.getKey("mx", PASSWORD.toCharArray()).getEncoded());
        return certificate;
    }

    private static void keytool(Path store) throws IOException, InterruptedException {
        var command = "-genkeypair -alias mx -keyalg EC -dname CN=localhost -ext SAN=dns:localhost,ip:127.0.0.1"
                + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + store;
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made = new ProcessBuilder((keytool + " " + command).split(" "))
                .redirectErrorStream(true)
                .start();
        var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(said).isZero();
    }

    private static void pem(Path file, String what, byte[] encoded) throws IOException {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /** What a server at {@code ADDRESS:PORT} shows to STARTTLS. */
    static X509Certificate ofSmtp(String address) throws Exception {
        try (var socket = connect(address)) {
            var in = socket.getInputStream();
            line(in);
            socket.getOutputStream().write("STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(line(in)).startsWith("220 ");
            return shown(socket);
        }
    }

    static X509Certificate ofHttps(String address) throws Exception {
        try (var socket = connect(address)) {
            return shown(socket);
        }
    }

    private static Socket connect(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        return new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
            line.append((char) octet);
        }
        return line.toString();
    }

    private static X509Certificate shown(Socket socket) throws IOException, GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new AnyTrust()}, null);
        try (var tls =
                (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true)) {
            tls.startHandshake();
            return (X509Certificate) tls.getSession().getPeerCertificates()[0];
        }
    }

    /** Looks at what is shown instead of judging it. */
    private record AnyTrust() implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
