/** The configuration: TOML in, immutable settings out, or every problem at once with its line. */
@NullMarked
package io.mailvane.appliance.config;

import org.jspecify.annotations.NullMarked;
