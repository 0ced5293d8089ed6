/** One running node: its parts, wired by hand, and its life from start to drain. */
@NullMarked
package io.mailvane.appliance.node;

import org.jspecify.annotations.NullMarked;
