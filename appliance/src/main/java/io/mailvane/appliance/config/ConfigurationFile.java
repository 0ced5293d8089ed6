package io.mailvane.appliance.config;

import io.mailvane.outbound.TransportProvider;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** Reads a node's configuration file. */
public final class ConfigurationFile {
    private static final List<String> NOT_YET =
            List.of("source", "routing", "storage", "aws", "ses", "workers", "takeover");

    private ConfigurationFile() {}

    /**
     * Reads it whole: relative paths start at the file's folder, passwords and certificates are read too.
     *
     * @param providers the plug-ins whose transports may be named
     * @throws ConfigurationException with every problem that was found
     */
    public static Configuration read(Path file, List<TransportProvider> providers) throws ConfigurationException {
        var problems = new Problems(file);
        var toml = parse(file, problems);
        var base = file.toAbsolutePath().normalize().getParent();
        var folder = new Folder(base == null ? Path.of("/") : base);
        var configuration = configuration(new Section(toml, "", 1, problems), folder, providers);
        configuration.outbound().problems().forEach(p -> problems.addAt(p.setting(), p.reason()));
        refuse(problems);
        return configuration;
    }

    private static TomlParseResult parse(Path file, Problems problems) throws ConfigurationException {
        try {
            var toml = Toml.parse(Files.readString(file));
            for (TomlParseError error : toml.errors()) {
                problems.add(error.position().line(), String.valueOf(error.getMessage()));
            }
            refuse(problems);
            return toml;
        } catch (NoSuchFileException e) {
            problems.add(1, "there is no such file");
        } catch (CharacterCodingException e) {
            problems.add(1, "is not UTF-8 text");
        } catch (IOException e) {
            problems.add(1, "cannot be read: " + e.getMessage());
        }
        throw new ConfigurationException(problems.lines());
    }

    private static void refuse(Problems problems) throws ConfigurationException {
        if (!problems.none()) {
            throw new ConfigurationException(problems.lines());
        }
    }

    private static Configuration configuration(Section top, Folder folder, List<TransportProvider> providers) {
        var node = new NodePart(top, folder);
        var relay = new RelayPart(top);
        var identity = node.node(relay.firstDomain());
        var listeners = new ListenerPart(top, folder);
        var inbound = listeners.inbound(identity, relay);
        var outbound = new DeliveryPart(top, folder, providers).outbound(identity, relay, inbound, node.deliver());
        var configuration = new Configuration(
                identity,
                node.volume(identity),
                node.queue(identity),
                inbound,
                outbound,
                listeners.http(),
                node.peers(identity),
                node.resolvers());
        refuseWhatIsToCome(top);
        top.end();
        return configuration;
    }

    /** These say what other parts of the system will do: whoever relies on them must not be left to believe it. */
    private static void refuseWhatIsToCome(Section top) {
        NOT_YET.forEach(top::refuse);
        var dnsbl = top.section("dnsbl");
        dnsbl.get("catalogue", Reading.text())
                .filter(catalogue -> !catalogue.equals("none"))
                .ifPresent(other -> dnsbl.problem("catalogue", "blacklists are not in this version: must be \"none\""));
        var scan = top.section("scan");
        scan.get("engines", Reading.listOf(Reading.text()))
                .filter(engines -> !engines.isEmpty())
                .ifPresent(some -> scan.problem("engines", "scanning is not in this version: must be []"));
        for (var section : List.of(dnsbl, scan)) {
            section.keys().forEach(key -> {
                if (!key.equals("catalogue") && !key.equals("engines")) {
                    section.refuse(key);
                }
            });
            section.end();
        }
    }
}
