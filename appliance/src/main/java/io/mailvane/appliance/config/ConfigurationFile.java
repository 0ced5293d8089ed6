package io.mailvane.appliance.config;

import io.mailvane.outbound.OutboundSettings;
import io.mailvane.outbound.TransportProvider;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** Reads a node's configuration file. */
public final class ConfigurationFile {
    private static final List<String> NOT_YET = List.of("aws", "ses", "workers", "takeover");

    private ConfigurationFile() {}

    /**
     * Reads it whole: relative paths start at the file's folder, passwords and certificates are read too.
     *
     * @param providers the plug-ins whose transports may be named
     * @throws ConfigurationException with every problem that was found
     */
    public static Configuration read(Path file, List<TransportProvider> providers) throws ConfigurationException {
        var findings = new Findings(file);
        var toml = parse(file, findings);
        var base = file.toAbsolutePath().normalize().getParent();
        var folder = new Folder(base == null ? Path.of("/") : base);
        var configuration = configuration(new Section(toml, "", 1, findings), folder, providers, findings);
        configuration.outbound().problems().forEach(p -> findings.addAt(p.setting(), p.reason()));
        refuse(findings);
        return configuration;
    }

    private static TomlParseResult parse(Path file, Findings findings) throws ConfigurationException {
        try {
            var text = Files.readString(file);
            var toml = Toml.parse(text);
            toml.errors().forEach(error -> findings.add(error.position().line(), syntax(error, text)));
            refuse(findings);
            return toml;
        } catch (NoSuchFileException e) {
            findings.add(1, "there is no such file");
        } catch (CharacterCodingException e) {
            findings.add(1, "is not UTF-8 text");
        } catch (IOException e) {
            findings.add(1, "cannot be read: " + e.getMessage());
        }
        throw new ConfigurationException(findings.problems());
    }

    /** The parser quotes what it stumbles on: a password that lacks its own quotes would be shown. */
    private static String syntax(TomlParseError error, String text) {
        var line = text.lines().skip(error.position().line() - 1L).findFirst().orElse("");
        return Shown.isSecret(line) ? "this line is not TOML" : String.valueOf(error.getMessage());
    }

    private static void refuse(Findings findings) throws ConfigurationException {
        if (!findings.clean()) {
            throw new ConfigurationException(findings.problems());
        }
    }

    private static Configuration configuration(
            Section top, Folder folder, List<TransportProvider> providers, Findings findings) {
        var node = new NodePart(top, folder);
        var relay = new RelayPart(top);
        var identity = node.node(relay.firstDomain());
        var listeners = new ListenerPart(top, folder);
        var inbound = listeners.inbound(identity, relay);
        var http = listeners.http();
        var peers = node.peers(identity);
        var sources = new SourcePart(top).sources(identity.hostname());
        var routing = new RoutingPart(top);
        var judging = routing.judging();
        var monitor = new DnsblPart(top, folder, findings);
        var senders = routing.senderDomains(sources);
        var deliver = node.deliver();
        var volume = node.volume(identity);
        var queue = node.queue(identity);
        var ours = new DeliveryPart.Ours(
                sources,
                peers,
                routing.choice(judging),
                queue.settings().retry().expire());
        var outbound = new DeliveryPart(top, folder, providers).outbound(identity, relay, inbound, ours, deliver);
        var unprobed = unprobed(outbound);
        var monitored = sources.stream()
                .map(source -> source.monitored(senders, unprobed))
                .toList();
        var dnsbl = monitor.settings(monitored, judging);
        var resolvers = node.resolvers();
        var scan = new ScanPart(top).settings();
        scan.withoutWorkers().ifPresent(reason -> findings.warn("scan.workers.max", reason));
        var storage = new StoragePart(top, folder).settings();
        refuseWhatIsToCome(top);
        top.end();
        return new Configuration(
                identity,
                new Configuration.Volume(volume, storage, queue.leaseTerm()),
                queue.settings(),
                inbound,
                outbound,
                http,
                peers,
                resolvers,
                folder.secrets(),
                sources,
                dnsbl,
                scan,
                findings.asRead());
    }

    /** Why nobody tries whether port 25 is open to a source that is not admitted yet; empty: somebody does. */
    private static Optional<String> unprobed(OutboundSettings outbound) {
        if (!outbound.direct().enabled()) {
            return Optional.of("direct.enabled is false");
        }
        if (outbound.direct().probe().isEmpty()) {
            return Optional.of("direct.probe names nobody");
        }
        return outbound.deliver() ? Optional.empty() : Optional.of("queue.deliver is false");
    }

    /** These say what other parts of the system will do: whoever relies on them must not be left to believe it. */
    private static void refuseWhatIsToCome(Section top) {
        NOT_YET.forEach(top::refuse);
    }
}
