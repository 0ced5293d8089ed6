package io.mailvane.inbound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes TLS of a PEM certificate chain and an unencrypted PKCS #8 key, as ACME clients leave them. */
public final class PemTls {
    private static final byte[] PROOF = {1};
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemTls() {}

    /**
     * Reads both files.
     *
     * @throws IOException if one cannot be read
     * @throws GeneralSecurityException if one is not what it should be, or they do not belong together
     */
    public static SSLContext context(Path certificate, Path key) throws IOException, GeneralSecurityException {
        return context(certificate, key, null);
    }

    /**
     * Reads three files: of peers no certificate counts but those that {@code authority} signed, or that it holds itself.
     *
     * @throws IOException if one cannot be read
     * @throws GeneralSecurityException if one is not what it should be, or certificate and key do not belong together
     */
    public static SSLContext mutual(Path certificate, Path key, Path authority)
            throws IOException, GeneralSecurityException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, new char[0]);
        for (var signer : chain(authority)) {
            trusted.setCertificateEntry("authority" + trusted.size(), signer);
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        return context(certificate, key, managers.getTrustManagers());
    }

    private static SSLContext context(Path certificate, Path key, TrustManager @Nullable [] trust)
            throws IOException, GeneralSecurityException {
        var password = new char[0];
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, password);
        var chain = chain(certificate);
        var privateKey = privateKey(key);
        requirePair(chain[0], privateKey);
        keys.setKeyEntry("listener", privateKey, password, chain);
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust, null);
        return context;
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        try (var pem = Files.newInputStream(file)) {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (chain.isEmpty()) {
                throw new GeneralSecurityException("no certificate (BEGIN CERTIFICATE) in it");
            }
            return chain.toArray(Certificate[]::new);
        }
    }

    /** A key of another certificate would show only when the first client fails. */
    private static void requirePair(Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        var algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
        var proof = Signature.getInstance(algorithm);
        proof.initSign(key);
        proof.update(PROOF);
        var signature = proof.sign();
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())
                || !verifies(certificate, proof, signature)) {
            throw new GeneralSecurityException("the key is not the certificate's");
        }
    }

    private static boolean verifies(Certificate certificate, Signature proof, byte[] signature)
            throws GeneralSecurityException {
        proof.initVerify(certificate.getPublicKey());
        proof.update(PROOF);
        return proof.verify(signature);
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        var matcher = KEY.matcher(Files.readString(file));
        if (!matcher.find()) {
            throw new GeneralSecurityException("no unencrypted PKCS #8 key (BEGIN PRIVATE KEY) in it");
        }
        var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
        for (var algorithm : List.of("RSA", "EC", "Ed25519")) {
            var read = privateKey(encoded, algorithm);
            if (read.isPresent()) {
                return read.get();
            }
        }
        throw new GeneralSecurityException("the key is neither RSA nor EC nor Ed25519");
    }

    private static Optional<PrivateKey> privateKey(PKCS8EncodedKeySpec encoded, String algorithm)
            throws NoSuchAlgorithmException {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(encoded));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        }
    }
}
