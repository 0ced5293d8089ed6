package io.mailvane.outbound;

import io.mailvane.mail.QueueId;
import java.net.InetAddress;
import java.util.List;

/** Those hosts of another source that can be reached from a local address: of its family. */
record FamilyTargets(TargetSource all, InetAddress local) implements TargetSource {
    @Override
    public Targets targets(QueueId message) {
        return reachable(all.targets(message), local);
    }

    static Targets reachable(Targets found, InetAddress local) {
        var reachable = found.targets().stream()
                .filter(target -> target.address().getAddress().getClass() == local.getClass())
                .toList();
        return reachable.isEmpty() && !found.targets().isEmpty()
                ? new Targets(
                        List.of(),
                        "no host has an address of the family of " + local.getHostAddress(),
                        DeliveryReport.Side.OURS)
                : new Targets(reachable, found.problem());
    }
}
