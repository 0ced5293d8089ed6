/** Proofs from outside: programs run as processes of their own, watched at their sockets and at the disk. */
@NullMarked
package io.mailvane.systemtests;

import org.jspecify.annotations.NullMarked;
