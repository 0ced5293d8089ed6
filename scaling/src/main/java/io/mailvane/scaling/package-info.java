/**
 * Scaling: how many scan workers there are. The decision is a pure function ({@link io.mailvane.scaling.Decision}: load in,
 * wanted workers and a reason out); workers are started and stopped behind one seam
 * ({@link io.mailvane.scaling.NodeDriver}); {@link io.mailvane.scaling.Scaler} measures, decides and acts, each by itself. What
 * workers do is not known here. Begin with {@link io.mailvane.scaling.Demand} and {@link io.mailvane.scaling.Decision}.
 */
@NullMarked
package io.mailvane.scaling;

import org.jspecify.annotations.NullMarked;
