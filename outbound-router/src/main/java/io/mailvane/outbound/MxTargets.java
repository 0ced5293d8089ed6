package io.mailvane.outbound;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** The hosts of an MX answer; those of equal preference in another order at each connection (RFC 5321 section 5.1). */
record MxTargets(List<MxHost> hosts, int port, RandomGenerator random) implements TargetSource {
    @Override
    public Targets targets() {
        var order = new ArrayList<>(hosts);
        Collections.shuffle(order, Random.from(random));
        order.sort(Comparator.comparingInt(MxHost::preference));
        var targets = order.stream()
                .flatMap(host -> host.addresses().stream()
                        .map(address -> new Target(host.name(), new InetSocketAddress(address, port))))
                .toList();
        return new Targets(targets, "");
    }
}
