@NullMarked
package io.mailvane.appliance.web;

import org.jspecify.annotations.NullMarked;
