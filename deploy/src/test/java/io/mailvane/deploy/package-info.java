@org.jspecify.annotations.NullMarked
package io.mailvane.deploy;
