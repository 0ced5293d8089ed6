package io.mailvane.appliance.config;

import io.mailvane.inbound.Cidr;
import io.mailvane.inbound.InboundSettings;
import io.mailvane.inbound.Recipients;
import io.mailvane.mail.MailHost;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.PathParser;
import io.mailvane.mail.PathSyntaxException;
import io.mailvane.outbound.OutboundSettings;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tomlj.TomlArray;

/** {@code [relay]} and {@code [[relay-domain]]}: who may send to whom, and the ways of domains that are ours. */
final class RelayPart {
    private final List<Cidr> networks;
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, Recipients> recipients = new LinkedHashMap<>();
    private final Map<String, OutboundSettings.RelayDomain> domains = new LinkedHashMap<>();

    RelayPart(Section top) {
        var relay = top.section("relay");
        networks = relay.get("networks", RelayPart::closedNetworks, List.of());
        relay.end();
        top.sections("relay-domain").forEach(this::addDomain);
    }

    private static List<Cidr> closedNetworks(Object value) {
        var networks = Reading.listOf(Reading.of(RelayPart::network)).read(value);
        InboundSettings.Policy.requireClosed(networks);
        return networks;
    }

    private static Cidr network(String text) {
        try {
            return Cidr.parse(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("has a prefix that is no number", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not a network in CIDR notation: " + e.getMessage(), e);
        }
    }

    private void addDomain(Section section) {
        var domain = section.name("domain", Reading.of(RelayPart::domainKey), names);
        var fallback =
                Optional.of(section.get("fallback", Reading.text(), "none")).filter(name -> !name.equals("none"));
        var settings = new OutboundSettings.RelayDomain(section.get("transport", Reading.text()), fallback);
        // Of one that is there twice, which is a problem already, the first stands, for what else is wrong with it to
        // be told.
        recipients.putIfAbsent(domain, section.get("recipients", recipients(domain), new Recipients.Any()));
        domains.putIfAbsent(domain, settings);
        section.end();
    }

    /** Its postmaster must be a mailbox too (RFC 5321 section 4.5.1), which the longest names leave no room for. */
    static String domainKey(String text) {
        try {
            if (PathParser.host(text) instanceof MailHost.Domain domain) {
                return Mailbox.parse("postmaster@" + domain.key()).domain().key();
            }
        } catch (PathSyntaxException e) {
            throw new IllegalArgumentException("must be a domain: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("must be a domain, not an address");
    }

    private Reading<Recipients> recipients(String domain) {
        return value -> {
            if (value instanceof TomlArray) {
                var listed = Reading.listOf(NodePart.mailbox()).read(value);
                requireOf(domain, listed);
                return Recipients.Listed.of(listed);
            }
            if (value.equals("ask")) {
                throw new IllegalArgumentException("is not in this version: list the recipients");
            }
            if (value.equals("any")) {
                return new Recipients.Any();
            }
            throw new IllegalArgumentException("must be \"any\" or a list of mailboxes");
        };
    }

    /** One of another domain would take no mail. Which domain is meant is not known where its own name is wrong. */
    private void requireOf(String domain, List<Mailbox> listed) {
        listed.stream()
                .filter(mailbox ->
                        names.contains(domain) && !mailbox.domain().key().equals(domain))
                .findFirst()
                .ifPresent(mailbox -> {
                    throw new IllegalArgumentException(mailbox + " is of another domain");
                });
    }

    Optional<String> firstDomain() {
        return names.stream().findFirst();
    }

    List<Cidr> networks() {
        return networks;
    }

    Map<String, Recipients> recipients() {
        return recipients;
    }

    Map<String, OutboundSettings.RelayDomain> domains() {
        return domains;
    }
}
