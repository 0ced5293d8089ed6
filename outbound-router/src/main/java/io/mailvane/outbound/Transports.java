package io.mailvane.outbound;

import io.mailvane.route.Echo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the transports of one reading of the configuration, and closes what plug-ins may hold. Used by one thread, then read only. */
final class Transports {
    /** Whoever takes longer is asked another time. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final OutboundSettings settings;
    private final Surroundings surroundings;
    private final SmtpTransport.Shared shared;
    private final Dns dns;
    private final TlsContexts defaultContexts;
    private final List<Transport> created = new ArrayList<>();

    Transports(OutboundSettings settings, Surroundings surroundings, SmtpTransport.Shared shared) {
        this.settings = settings;
        this.surroundings = surroundings;
        this.shared = shared;
        this.dns = new Dns(surroundings.resolver());
        this.defaultContexts = contexts(Optional.empty());
    }

    Dns dns() {
        return dns;
    }

    SmtpTransport.Shared shared() {
        return shared;
    }

    Transport create(TransportSettings transport) {
        var made = make(transport);
        created.add(made);
        return made;
    }

    private Transport make(TransportSettings transport) {
        return switch (transport) {
            case TransportSettings.Smtp smtp -> from(smtp, Optional.empty());
            case TransportSettings.Maildir maildir ->
                new MaildirTransport(maildir.path(), settings.hostname(), surroundings.clock(), surroundings.ticker());
            case TransportSettings.Discard discard -> new DiscardTransport();
            case TransportSettings.Plugin plugin -> plugin(plugin);
        };
    }

    private Transport plugin(TransportSettings.Plugin plugin) {
        return surroundings.providers().stream()
                .filter(provider -> provider.type().equals(plugin.type()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no transport is of type " + plugin.type()))
                .create(plugin.table(), settings.hostname());
    }

    /**
     * To the hosts that DNS named; without verifying them, for anybody could be named there.
     *
     * @param source empty: from the host's own choice of address
     */
    Transport direct(MxTargets targets, Optional<OutboundSettings.Source> source) {
        return smtp(TlsMode.MAY, defaultContexts, Optional.empty(), targets, source);
    }

    /**
     * At which address a host sees one of ours: a session without mail.
     *
     * @throws IOException if it takes none now
     */
    Optional<Echo> look(OutboundSettings.Source source, InetSocketAddress host) throws IOException {
        return look(source, new Target(host.getAddress().getHostAddress(), host));
    }

    /** As {@link #look(OutboundSettings.Source, InetSocketAddress)}. */
    Optional<Echo> look(OutboundSettings.Source source, Target target) throws IOException {
        var client = client(TlsMode.NONE, defaultContexts, Optional.empty(), Optional.of(source));
        var deadline = Deadline.in(LOOK, shared.ticker());
        var dialer = new SmtpDialer(client, shared.guard(), new AuthTurns());
        try (var connection = dialer.connect(target, deadline, dialer.begin())) {
            var echo = connection.echo();
            connection.quit(deadline);
            return echo;
        }
    }

    /** The addresses of a host that one of ours can reach; never our own. */
    TargetSource.Targets targets(OutboundSettings.Source source, HostAndPort host) {
        var found = new FixedTargets(List.of(host), dns, settings.own()).found();
        return shared.withoutPeers(FamilyTargets.reachable(found, source.local()));
    }

    /** To the hosts of a transport, from one of our addresses. */
    Transport from(TransportSettings.Smtp smtp, Optional<OutboundSettings.Source> source) {
        var contexts = smtp.caFile().isPresent() ? contexts(smtp.caFile()) : defaultContexts;
        return smtp(smtp.tls(), contexts, smtp.credentials(), targets(smtp), source);
    }

    private Transport smtp(
            TlsMode tls,
            TlsContexts contexts,
            Optional<TransportSettings.Credentials> credentials,
            TargetSource targets,
            Optional<OutboundSettings.Source> source) {
        return new SmtpTransport(
                client(tls, contexts, credentials, source),
                source.<TargetSource>map(each -> new FamilyTargets(targets, each.local()))
                        .orElse(targets),
                shared);
    }

    private SmtpClientSettings client(
            TlsMode tls,
            TlsContexts contexts,
            Optional<TransportSettings.Credentials> credentials,
            Optional<OutboundSettings.Source> source) {
        return new SmtpClientSettings(
                source.map(OutboundSettings.Source::helo).orElse(settings.hostname()),
                tls,
                contexts,
                credentials,
                settings.timeouts(),
                source.map(OutboundSettings.Source::local));
    }

    TargetSource targets(TransportSettings.Smtp smtp) {
        return new FixedTargets(smtp.hosts(), dns, settings.own());
    }

    private static TlsContexts contexts(Optional<java.nio.file.Path> caFile) {
        try {
            return TlsContexts.load(caFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() {
        created.forEach(Transport::close);
    }
}
