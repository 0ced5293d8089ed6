package io.mailvane.appliance.config;

import io.mailvane.dnsbl.AskingSettings;
import io.mailvane.dnsbl.DnsblSettings;
import io.mailvane.dnsbl.GuardSettings;
import io.mailvane.dnsbl.IpAddress;
import io.mailvane.dnsbl.IpAddress.Family;
import io.mailvane.dnsbl.JudgingSettings;
import io.mailvane.dnsbl.ListChoice;
import io.mailvane.dnsbl.ListChoice.Spamhaus;
import io.mailvane.dnsbl.OwnList;
import io.mailvane.dnsbl.RoutingSettings;
import io.mailvane.dnsbl.Source;
import io.mailvane.mail.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code [dnsbl]} and {@code [[dnsbl.list]]}: which DNSBLs are asked about our addresses, how, and when an answer counts. */
final class DnsblPart {
    private static final int MANY = 10_000_000;
    private static final String SPAMHAUS = "spamhaus-zen";
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final Section dnsbl;
    private final Numbers numbers;
    private final Folder folder;
    private final Findings findings;

    DnsblPart(Section top, Folder folder, Findings findings) {
        this.dnsbl = top.section("dnsbl");
        this.numbers = new Numbers(dnsbl);
        this.folder = folder;
        this.findings = findings;
    }

    DnsblSettings settings(List<Source> sources, RoutingSettings routing) {
        var settings = new DnsblSettings(sources, choice(), asking(), judging(), guard(), routing, keeping());
        dnsbl.end();
        addProblems(settings.choice());
        return settings;
    }

    /** Those of the sources are found already, where each is read. */
    private void addProblems(ListChoice choice) {
        for (var problem : choice.resolve().problems()) {
            findings.addAt(place(problem.setting(), choice), problem.reason());
        }
    }

    /** Of a list of the catalogue the operator gave nothing but its id, somewhere. */
    private static String place(String setting, ListChoice choice) {
        if (setting.startsWith("list.")) {
            return "dnsbl." + setting;
        }
        if (choice.on().contains(setting)) {
            return "dnsbl.on";
        }
        return choice.off().contains(setting) ? "dnsbl.off" : "dnsbl.key-files";
    }

    private ListChoice choice() {
        var catalogue = dnsbl.get("catalogue", Reading.word(Map.of("shipped", "shipped", "none", "none")), "shipped");
        var keys = new HashMap<>(dnsbl.get("key-files", keyFiles(), Map.of()));
        var spamhaus = spamhaus(Optional.ofNullable(keys.remove(SPAMHAUS)));
        return new ListChoice(
                catalogue.equals("shipped"),
                spamhaus,
                keys,
                Set.copyOf(dnsbl.get("on", Reading.setOf(Reading.text()), List.of())),
                Set.copyOf(dnsbl.get("off", Reading.setOf(Reading.text()), List.of())),
                ownLists());
    }

    private Reading<Map<String, Secret>> keyFiles() {
        return Reading.tableOf(folder.secret());
    }

    private Spamhaus spamhaus(Optional<Secret> key) {
        var word = dnsbl.get("spamhaus", Reading.word(Map.of("off", "off", "free-use", "free-use", "key", "key")));
        if (word.isEmpty() && key.isEmpty()) {
            return new Spamhaus.Undecided();
        }
        if (word.filter("key"::equals).isPresent()) {
            if (key.isEmpty()) {
                dnsbl.problem("spamhaus", "needs its key: key-files = { " + SPAMHAUS + " = \"FILE\" }");
            }
            return key.<Spamhaus>map(Spamhaus.Key::new).orElseGet(Spamhaus.Off::new);
        }
        if (key.isPresent()) {
            dnsbl.problem("key-files", "a key of " + SPAMHAUS + " is used with spamhaus = \"key\"");
        }
        return word.filter("free-use"::equals).isPresent() ? new Spamhaus.FreeUse() : new Spamhaus.Off();
    }

    private List<OwnList> ownLists() {
        Set<String> ids = new HashSet<>();
        var lists = new ArrayList<OwnList>();
        for (var section : dnsbl.sections("list")) {
            int before = ids.size();
            var list = ownList(section, ids);
            if (ids.size() > before && list.codes().size() > 0 && section.has("zone")) {
                lists.add(list);
            }
            section.end();
        }
        return lists;
    }

    private OwnList ownList(Section section, Set<String> ids) {
        return new OwnList(
                section.name("id", Reading.of(DnsblPart::id), ids),
                section.need("zone", Reading.text(), "invalid"),
                section.get("key-file", folder.secret()),
                Set.copyOf(section.get(
                        "families",
                        Reading.someOf(Reading.word(Map.of("ipv4", Family.IPV4, "ipv6", Family.IPV6))),
                        List.of(Family.IPV4))),
                section.get("servers", Reading.listOf(Addresses.nameServer()), List.of()),
                section.need("weight", Reading.decimal(0, 100), 0.0),
                section.need("codes", codes(), Map.of()),
                section.get("positive", testPoint(), Optional.of(IpAddress.parse("127.0.0.2"))),
                section.get("negative", testPoint(), Optional.of(IpAddress.parse("127.0.0.1"))),
                section.get("delist", Reading.of(DnsblPart::link), ""));
    }

    private static String id(String text) {
        if (!ID.matcher(text).matches()) {
            throw new IllegalArgumentException("must be lower-case letters, digits, dots and hyphens, at most 63");
        }
        return text;
    }

    private static Reading<Map<String, String>> codes() {
        return value -> {
            var codes = Reading.tableOf(Reading.text()).read(value);
            if (codes.isEmpty()) {
                throw new IllegalArgumentException("must name a return code: { \"127.0.0.2\" = \"listed\" }");
            }
            return codes;
        };
    }

    private static Reading<Optional<IpAddress>> testPoint() {
        return Reading.of(text -> text.equals("none") ? Optional.empty() : Optional.of(IpAddress.parse(text)));
    }

    /** It becomes a link of our pages. */
    private static String link(String text) {
        if (!text.matches("https?://[!-~]+")) {
            throw new IllegalArgumentException("must be an http:// or https:// address; <ip> stands for ours");
        }
        return text;
    }

    private AskingSettings asking() {
        var base = AskingSettings.DEFAULT;
        var most = base.budget();
        var budget = numbers.checked(
                AskingSettings.Budget.DEFAULT,
                () -> new AskingSettings.Budget(
                        numbers.whole("operator-in-flight", 1, 64, most.inFlight()),
                        numbers.decimal("operator-rate", 0.01, 1000, most.rate()),
                        numbers.whole("operator-burst", 1, 10_000, most.burst()),
                        numbers.whole("operator-daily", 1, MANY, most.daily())));
        return numbers.checked(
                base,
                () -> new AskingSettings(
                        dnsbl.get("timeout", Reading.duration(), base.timeout()),
                        dnsbl.get("second-timeout", Reading.duration(), base.secondTimeout()),
                        numbers.time("control-interval", base.controlInterval()),
                        numbers.time("control-stale", base.controlStale()),
                        numbers.whole("in-flight", 1, 1024, base.inFlight()),
                        budget));
    }

    private JudgingSettings judging() {
        var base = JudgingSettings.DEFAULT;
        var old = base.ageing();
        var ageing = numbers.checked(
                JudgingSettings.Ageing.DEFAULT,
                () -> new JudgingSettings.Ageing(
                        numbers.time("stale-half", old.staleHalf()),
                        numbers.time("stale-none", old.staleNone()),
                        numbers.time("list-dead-after", old.listDeadAfter())));
        return numbers.checked(
                base,
                () -> new JudgingSettings(
                        dnsbl.get("interval", Reading.secondsOrMore()),
                        numbers.time("interval-min", base.intervalMin()),
                        numbers.time("interval-max", base.intervalMax()),
                        numbers.time("interval-listed", base.intervalListed()),
                        numbers.time("interval-default", base.intervalDefault()),
                        numbers.time("confirm-gap", base.confirmGap()),
                        numbers.whole("confirmations", 1, 10, base.confirmations()),
                        numbers.time("cited-within", base.citedWithin()),
                        numbers.time("min-listed", base.minListed()),
                        numbers.whole("clean-confirmations", 1, 20, base.cleanConfirmations()),
                        numbers.time("clean-over", base.cleanOver()),
                        ageing));
    }

    private GuardSettings guard() {
        var base = GuardSettings.DEFAULT;
        return numbers.checked(
                base,
                () -> new GuardSettings(
                        numbers.time("correlated-window", base.window()),
                        numbers.whole("correlated-groups", 2, 1000, base.groups()),
                        numbers.decimal("correlated-percent", 1, 100, base.percent()),
                        numbers.whole("correlated-cells", 1, 100_000, base.cellsMin())));
    }

    private DnsblSettings.Keeping keeping() {
        var base = DnsblSettings.Keeping.DEFAULT;
        return numbers.checked(
                base,
                () -> new DnsblSettings.Keeping(
                        numbers.whole("history-events", 1, MANY, base.events()),
                        numbers.time("history-age", base.age())));
    }
}
