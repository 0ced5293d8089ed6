package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** What a running node cannot change: a reload that would is refused, so that file and node never differ unseen. */
final class Restart {
    private Restart() {}

    /** The settings that differ and need a restart. */
    static List<String> neededFor(Configuration running, Configuration changed) {
        var needed = new ArrayList<String>();
        var pair = new Pair(running, changed);
        pair.differs("node", Configuration::node, needed);
        pair.differs("queue", Configuration::queue, needed);
        pair.differs("queue.volume", Configuration::volume, needed);
        pair.differs("queue.deliver", c -> c.outbound().deliver(), needed);
        pair.differs("listener", Restart::listeners, needed);
        pair.differs("limits", c -> c.inbound().limits(), needed);
        pair.differs("http.address", c -> c.http().address(), needed);
        pair.differs("peer", Configuration::peers, needed);
        pair.differs("dns.resolvers", Configuration::resolvers, needed);
        pair.differs("timeouts", c -> c.outbound().timeouts(), needed);
        return needed.stream()
                .map(setting -> setting + ": a change of it needs a restart")
                .toList();
    }

    private static List<Object> listeners(Configuration configuration) {
        return configuration.inbound().listeners().stream()
                .<Object>map(listener -> List.of(
                        listener.name(),
                        listener.role(),
                        listener.address(),
                        listener.tls().isPresent()))
                .toList();
    }

    private record Pair(Configuration running, Configuration changed) {
        void differs(String setting, Function<Configuration, Object> part, List<String> needed) {
            if (!Objects.equals(part.apply(running), part.apply(changed))) {
                needed.add(setting);
            }
        }
    }
}
