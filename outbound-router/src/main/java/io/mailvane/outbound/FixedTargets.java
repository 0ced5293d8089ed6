package io.mailvane.outbound;

import io.mailvane.mail.QueueId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The hosts that the operator named, their addresses looked up at each connection; ourselves are never among them. */
record FixedTargets(List<HostAndPort> hosts, Dns dns, OwnHosts own) implements TargetSource {
    @Override
    public Targets targets(QueueId message) {
        return found();
    }

    /** For whatever message. */
    Targets found() {
        var targets = new ArrayList<Target>();
        var problems = new ArrayList<String>();
        for (var host : hosts) {
            var literal = host.literal();
            if (own.isOwn(host)) {
                problems.add(host + " is ourselves or a peer: mail would go in a loop");
                continue;
            }
            if (literal.isPresent()) {
                add(new Target(host.host(), new InetSocketAddress(literal.get(), host.port())), targets, problems);
                continue;
            }
            var addresses = dns.addresses(host.host());
            if (addresses.list().isEmpty()) {
                problems.add(addresses.problem());
            }
            addresses
                    .list()
                    .forEach(address -> add(
                            new Target(host.host(), new InetSocketAddress(address, host.port())), targets, problems));
        }
        return new Targets(targets, String.join("; ", problems));
    }

    private void add(Target target, List<Target> targets, List<String> problems) {
        if (own.isOwn(target.address())) {
            problems.add(target.relay() + " is ourselves: mail would go in a loop");
        } else {
            targets.add(target);
        }
    }
}
