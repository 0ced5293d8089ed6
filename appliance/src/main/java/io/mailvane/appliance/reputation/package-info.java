/**
 * What the nodes know of DNSBLs, as REST answers it, peers exchange it and pages show it. Nothing is asked or judged here:
 * that is the monitor's. Begin at {@link io.mailvane.appliance.reputation.ReputationDesk}, which tells what this node knows,
 * and {@link io.mailvane.appliance.reputation.PairReputation}, which lays that beside what the peers told.
 */
@NullMarked
package io.mailvane.appliance.reputation;

import org.jspecify.annotations.NullMarked;
