package io.mailvane.appliance.node;

import io.mailvane.appliance.web.NodeStatus;
import io.mailvane.inbound.InboundSettings;
import io.mailvane.inbound.SmtpServer;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where a node takes mail: its addresses as texts, with real ports. */
record Listening(SmtpServer smtp) {
    /** By the listeners' names. */
    Map<String, String> smtpAddresses() {
        Map<String, String> addresses = new LinkedHashMap<>();
        smtp.addresses().forEach((name, address) -> addresses.put(name, text(address)));
        return addresses;
    }

    static String text(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    List<NodeStatus.Listener> status(InboundSettings settings) {
        var addresses = smtpAddresses();
        return settings.listeners().stream()
                .map(listener -> new NodeStatus.Listener(
                        listener.name(),
                        listener.role().name().toLowerCase(Locale.ROOT),
                        addresses.getOrDefault(listener.name(), "-")))
                .toList();
    }

    /** What {@code run} says when the node is ready. */
    String readyLine(String node, InboundSettings settings, InetSocketAddress web) {
        return "READY node=" + node + " smtp=" + mainAddress(settings) + " http=" + text(web);
    }

    /** Of the first MX listener, or of the first at all. */
    private String mainAddress(InboundSettings settings) {
        var addresses = smtpAddresses();
        return settings.listeners().stream()
                .filter(listener -> listener.role() == InboundSettings.Role.MX)
                .findFirst()
                .or(() -> settings.listeners().stream().findFirst())
                .map(listener -> addresses.getOrDefault(listener.name(), "-"))
                .orElse("-");
    }
}
