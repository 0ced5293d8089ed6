/** The commands: what people type, and the clients of a running node. */
@NullMarked
package io.mailvane.appliance.cli;

import org.jspecify.annotations.NullMarked;
