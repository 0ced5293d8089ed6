package io.mailvane.outbound;

import io.mailvane.route.EchoLook;
import io.mailvane.route.Egress;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks receivers, without mail, at which address they see a source that is out because they saw it elsewhere. Each has a thread of its own.
 *
 * @param table in force
 * @param alarm is told of an error of ours
 */
record AddressLooks(Egress egress, Supplier<RouteTable> table, Consumer<Throwable> alarm) {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);

    /** Those whose time has come. */
    void begin() {
        egress.looks().forEach(look -> Thread.ofVirtual().name("look").start(() -> ask(look)));
    }

    private void ask(EchoLook look) {
        var current = table.get();
        var name = look.permit().route().name();
        try {
            for (var source : current.settings().leaving().sources()) {
                if (source.name().equals(name)) {
                    current.transports().look(source, look.host()).ifPresent(echo -> egress.seen(look.permit(), echo));
                }
            }
        } catch (IOException e) {
            LOG.debug("{} does not say where it sees {}", look.host(), name, e);
        } catch (RuntimeException e) {
            alarm.accept(e);
        }
    }
}
