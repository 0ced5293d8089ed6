/** Placeholder. */
@NullMarked
package io.mailvane.outbound;

import org.jspecify.annotations.NullMarked;
