/**
 * Whether a domain lets an address send in its name: SPF (RFC 7208), as a receiver evaluates it. Nothing here decides what follows from
 * it, and no explanation is fetched ({@code exp=} is checked for its form alone).
 *
 * <p>Begin with {@link io.mailvane.spf.SpfCheck}; what a record says is in {@link io.mailvane.spf.SpfRecord}.
 */
@NullMarked
package io.mailvane.spf;

import org.jspecify.annotations.NullMarked;
