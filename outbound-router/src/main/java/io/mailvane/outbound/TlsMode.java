package io.mailvane.outbound;

/** How much TLS a next hop is asked for. */
public enum TlsMode {
    /** Never. */
    NONE,
    /** If it is offered, without verifying who offers it; plain if it is not offered or does not come about. */
    MAY,
    /** With a certificate that verifies for the host's name, or not at all: the mail waits. */
    VERIFY
}
