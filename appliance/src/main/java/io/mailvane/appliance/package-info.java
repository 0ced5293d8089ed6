/** The program: main alone; its parts are the packages below. */
@NullMarked
package io.mailvane.appliance;

import org.jspecify.annotations.NullMarked;
