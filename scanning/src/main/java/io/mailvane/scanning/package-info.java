/**
 * Scanning: what is asked about a message and by whom it is answered. Engines behind one seam
 * ({@link io.mailvane.scanning.ScanEngine}), the worker that runs them ({@link io.mailvane.scanning.ScanWorker}), the pool
 * that spreads a relay's scans over workers ({@link io.mailvane.scanning.ScanPool}). How many
 * workers there are is not decided here, nor what becomes of the message. Begin with
 * {@link io.mailvane.scanning.ScanRequest} and {@link io.mailvane.scanning.Engines}.
 */
@NullMarked
package io.mailvane.scanning;

import org.jspecify.annotations.NullMarked;
