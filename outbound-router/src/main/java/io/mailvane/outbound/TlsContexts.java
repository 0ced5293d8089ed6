package io.mailvane.outbound;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS as a client: with a verified peer, or against listeners on the line only (RFC 7435). Any number of threads. */
final class TlsContexts {
    private final SSLContext opportunistic;
    /** That of the JDK is made when the first peer is verified: its authorities are a hundred certificates to read. */
    private Optional<SSLContext> verifying;

    private TlsContexts(Optional<SSLContext> verifying, SSLContext opportunistic) {
        this.verifying = verifying;
        this.opportunistic = opportunistic;
    }

    /**
     * @param caFile PEM of the authorities to trust; empty: the JDK's
     * @throws IOException if it cannot be read as certificates; the message says why
     */
    static TlsContexts load(Optional<Path> caFile) throws IOException {
        try {
            return new TlsContexts(
                    caFile.isPresent() ? Optional.of(context(trustManagers(caFile.get()))) : Optional.empty(),
                    context(new TrustManager[] {new TrustAnyone()}));
        } catch (GeneralSecurityException e) {
            throw new IOException(caFile.map(file -> file + ": ").orElse("") + e.getMessage(), e);
        }
    }

    private static SSLContext context(TrustManager[] managers) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context;
    }

    private synchronized SSLContext verifying() throws IOException {
        try {
            var context = verifying.isPresent() ? verifying.get() : SSLContext.getDefault();
            verifying = Optional.of(context);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the JDK's own authorities: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trustManagers(Path caFile) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        try (var pem = Files.newInputStream(caFile)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca-" + count++, certificate);
            }
        }
        if (count == 0) {
            throw new IOException(caFile + ": no certificate in it");
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** A client socket over {@code tcp}, not yet shaken hands; VERIFY also compares the certificate with {@code host}. */
    SSLSocket client(Socket tcp, String host, TlsMode mode) throws IOException {
        var context = mode == TlsMode.VERIFY ? verifying() : opportunistic;
        var socket = (SSLSocket) context.getSocketFactory().createSocket(tcp, host, tcp.getPort(), true);
        if (mode == TlsMode.VERIFY) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        return socket;
    }

    /** For MAY: the other choice would be plain text, which any certificate is better than. */
    private static final class TrustAnyone extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
