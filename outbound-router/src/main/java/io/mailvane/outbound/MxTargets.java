package io.mailvane.outbound;

import io.mailvane.mail.QueueId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** The hosts of an MX answer; those of equal preference in another order for each message (RFC 5321 section 5.1). */
record MxTargets(List<MxHost> hosts, int port) implements TargetSource {
    @Override
    public Targets targets(QueueId message) {
        var order = new ArrayList<>(hosts);
        // An answer of DNS has no order of its own.
        order.sort(Comparator.comparing(MxHost::name));
        // Ids of one second differ by little: not every generator makes of that another first number.
        Collections.shuffle(order, Random.from(new SplittableRandom(message.hashCode())));
        order.sort(Comparator.comparingInt(MxHost::preference));
        var targets = order.stream()
                .flatMap(host -> host.addresses().stream()
                        .map(address -> new Target(host.name(), new InetSocketAddress(address, port))))
                .toList();
        return new Targets(targets, "");
    }
}
