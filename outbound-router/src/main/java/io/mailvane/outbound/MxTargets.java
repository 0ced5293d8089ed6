package io.mailvane.outbound;

import io.mailvane.mail.QueueId;
import io.mailvane.route.Rendezvous;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;

/** The hosts of an MX answer; those of equal preference in another order for each message (RFC 5321 section 5.1). */
record MxTargets(List<MxHost> hosts, int port) implements TargetSource {
    @Override
    public Targets targets(QueueId message) {
        var order = Comparator.comparingInt(MxHost::preference)
                .thenComparingDouble(host -> Rendezvous.fraction(message.hashCode(), host.name()));
        var targets = hosts.stream()
                .sorted(order)
                .flatMap(host -> host.addresses().stream()
                        .map(address -> new Target(host.name(), new InetSocketAddress(address, port))))
                .toList();
        return new Targets(targets, "");
    }
}
