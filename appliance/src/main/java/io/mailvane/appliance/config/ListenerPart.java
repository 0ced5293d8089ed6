package io.mailvane.appliance.config;

import io.mailvane.inbound.InboundSettings;
import io.mailvane.inbound.Limits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code [[listener]]}, {@code [limits]} and {@code [http]}. */
final class ListenerPart {
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int MANY = 1_000_000;

    private final Section top;
    private final Folder folder;
    private final Set<InetSocketAddress> addresses = new HashSet<>();

    ListenerPart(Section top, Folder folder) {
        this.top = top;
        this.folder = folder;
    }

    InboundSettings inbound(Configuration.Node node, RelayPart relay) {
        var policy = new InboundSettings.Policy(relay.networks(), relay.recipients(), Optional.of(node.postmaster()));
        return new InboundSettings(node.hostname(), listeners(), policy, limits(top.section("limits")));
    }

    private List<InboundSettings.Listener> listeners() {
        var sections = top.sections("listener");
        if (sections.isEmpty() && !top.has("listener")) {
            top.problem("listener", "at least one [[listener]] is needed");
        }
        Set<String> names = new HashSet<>();
        return sections.stream().map(section -> listener(section, names)).toList();
    }

    private InboundSettings.Listener listener(Section section, Set<String> names) {
        var listener = new InboundSettings.Listener(
                section.name("name", Reading.text(), names),
                section.need("role", Reading.of(ListenerPart::role), InboundSettings.Role.MX),
                address(section, section.need("address", Addresses.listen(), NOWHERE)),
                folder.tls(section));
        section.end();
        return listener;
    }

    private static InboundSettings.Role role(String text) {
        if (text.equals("internal")) {
            throw new IllegalArgumentException("is not in this version");
        }
        return Reading.word(Map.of("mx", InboundSettings.Role.MX, "submission", InboundSettings.Role.SUBMISSION))
                .read(text);
    }

    /** An address can be bound once; port 0 is another one each time. */
    private InetSocketAddress address(Section section, InetSocketAddress address) {
        if (address.getPort() != 0 && !addresses.add(address)) {
            section.problem("address", Shown.inForce(address) + " is listened on twice");
        }
        return address;
    }

    private static Limits limits(Section section) {
        var base = Limits.DEFAULT;
        var limits = new Limits(
                section.get("sessions", Reading.number(1, MANY), base.sessions()),
                section.get("sessions-per-client", Reading.number(1, MANY), base.sessionsPerClient()),
                base.commandLine(),
                section.get("content-line", Reading.size(1000, 1 << 24), (long) base.contentLine())
                        .intValue(),
                section.get("header-section", Reading.size(1 << 10, 256 << 10), (long) base.headerSection())
                        .intValue(),
                section.get("message-size", Reading.size(1 << 10, 1L << 40), base.messageSize()),
                section.get("recipients", Reading.number(100, MANY), base.recipients()),
                section.get("hops", Reading.number(1, 1000), base.hops()),
                section.get("errors", Reading.number(1, MANY), base.errors()),
                section.get("command-timeout", Reading.duration(), base.commandTimeout()),
                section.get("data-timeout", Reading.duration(), base.dataTimeout()),
                section.get("message-time", Reading.duration(), base.messageTime()),
                base.held());
        section.end();
        return limits;
    }

    Configuration.Http http() {
        var section = top.section("http");
        var standard = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8025);
        var http = new Configuration.Http(
                address(section, section.get("address", Addresses.listen(), standard)), folder.tls(section));
        if (!http.address().getAddress().isLoopbackAddress() && http.tls().isEmpty()) {
            section.problem("address", "beyond loopback a certificate and a key are needed, for tokens travel here");
        }
        section.end();
        return http;
    }
}
