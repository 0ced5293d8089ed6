/** Placeholder. */
@NullMarked
package io.mailvane.inbound;

import org.jspecify.annotations.NullMarked;
