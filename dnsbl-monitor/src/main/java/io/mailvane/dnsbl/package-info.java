/**
 * Asks DNSBLs (RFC 5782) about our own addresses, judges what they answer, and says how each address stands. Nothing here
 * acts on mail. An answer that did not come is neither a listing nor the lack of one.
 *
 * <p>Begin with {@link io.mailvane.dnsbl.DnsblMonitor}, which asks, and {@link io.mailvane.dnsbl.Judge}, which judges and
 * does no I/O. What one answer means is in {@link io.mailvane.dnsbl.Answer}; what a cell, address by list, makes of it in
 * {@link io.mailvane.dnsbl.Cell}; what an address makes of its cells in {@link io.mailvane.dnsbl.Address}; what it is looked at for before its
 * first mail in {@link io.mailvane.dnsbl.Checklist}.
 */
@NullMarked
package io.mailvane.dnsbl;

import org.jspecify.annotations.NullMarked;
