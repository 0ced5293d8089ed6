/**
 * The volume under the queue: whether it is the right one, has room and can be written ({@link io.mailvane.storage.Volume}, looked at by
 * {@link io.mailvane.storage.VolumeWatch}), and who may write to which partition of it. {@link io.mailvane.storage.Leases} grants
 * {@link io.mailvane.mail.Lease}s over files of which each is written by one node alone; no lock is relied on, and no two clocks are
 * ever compared. What a partition's segments hold is not known here. Begin with {@link io.mailvane.storage.LeaseStore} and
 * {@link io.mailvane.storage.HeldLease}.
 */
@NullMarked
package io.mailvane.storage;

import org.jspecify.annotations.NullMarked;
