package io.mailvane.appliance.web;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** TLS whose certificate can be renewed under the JDK's web server, which takes one context for its whole life. */
final class RenewableTls extends SSLContextSpi {
    private volatile SSLContext current;

    RenewableTls(SSLContext first) {
        this.current = first;
    }

    /** For connections from now on. */
    void renew(SSLContext renewed) {
        current = renewed;
    }

    /** What always does as the current one would. */
    SSLContext context() {
        return new Context(this, current);
    }

    private static final class Context extends SSLContext {
        Context(RenewableTls tls, SSLContext like) {
            super(tls, like.getProvider(), like.getProtocol());
        }
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
            throws KeyManagementException {
        throw new KeyManagementException("it is initialized");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return current.getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return current.getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return current.createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return current.createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return current.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return current.getClientSessionContext();
    }
}
