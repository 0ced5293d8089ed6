@org.jspecify.annotations.NullMarked
package io.mailvane.appliance.reputation;
