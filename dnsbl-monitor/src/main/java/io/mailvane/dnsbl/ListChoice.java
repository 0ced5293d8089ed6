package io.mailvane.dnsbl;

import io.mailvane.mail.Secret;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which lists the operator wants asked.
 *
 * @param shipped whether the shipped catalogue is used; false: own lists alone
 * @param spamhaus the operator's word on Spamhaus' terms of use
 * @param keys by id of the list
 * @param on ids of lists that are asked though the catalogue leaves them to the operator
 * @param off ids of lists that are not asked
 */
public record ListChoice(
        boolean shipped,
        Spamhaus spamhaus,
        Map<String, Secret> keys,
        Set<String> on,
        Set<String> off,
        List<OwnList> own) {
    private static final String SPAMHAUS = "spamhaus-zen";
    /** Of all its lists, the catalogue's and the operator's own: one budget, and one say among the groups. */
    static final String SPAMHAUS_GROUP = "spamhaus";

    public ListChoice {
        keys = Map.copyOf(keys);
        on = Set.copyOf(on);
        off = Set.copyOf(off);
        own = List.copyOf(own);
    }

    /** Spamhaus is free only to few, and is asked only after the operator has said which of these holds. */
    public sealed interface Spamhaus {
        /** Nothing was said: not asked. */
        record Undecided() implements Spamhaus {}

        record Off() implements Spamhaus {}

        /** The operator declares that the terms of free use hold. */
        record FreeUse() implements Spamhaus {}

        record Key(Secret key) implements Spamhaus {}
    }

    /**
     * One thing that is wrong.
     *
     * @param setting its path below {@code dnsbl}, such as {@code list.test.zone}
     */
    public record Problem(String setting, String reason) {}

    /**
     * What comes of the choice.
     *
     * @param lists to be asked, those of the catalogue first
     * @param problems with any of them the monitor does not start
     * @param notice what every reader is to know first; "" if nothing
     */
    public record Resolved(List<DnsblList> lists, List<Problem> problems, String notice) {
        public Resolved {
            lists = List.copyOf(lists);
            problems = List.copyOf(problems);
        }
    }

    public Resolved resolve() {
        return resolve(Catalogue.shipped());
    }

    Resolved resolve(Catalogue known) {
        var problems = new ArrayList<Problem>();
        var lists = new LinkedHashMap<String, DnsblList>();
        if (shipped) {
            addNames(known, problems);
            known.lists().forEach(entry -> addEntry(entry, lists, problems));
        }
        own.forEach(each -> addOwn(each, known, lists, problems));
        boolean asksSpamhaus =
                lists.values().stream().anyMatch(list -> list.group().equals(SPAMHAUS_GROUP));
        return new Resolved(List.copyOf(lists.values()), problems, asksSpamhaus ? "" : notice());
    }

    private String notice() {
        return switch (spamhaus) {
            case Spamhaus.Undecided undecided ->
                "Spamhaus, which most receivers use, is not asked: set dnsbl.spamhaus to a key, free use or off.";
            case Spamhaus.Off off -> "Spamhaus, which most receivers use, is not asked: it is switched off.";
            case Spamhaus.FreeUse free -> "Spamhaus, which most receivers use, is not asked.";
            case Spamhaus.Key key -> "Spamhaus, which most receivers use, is not asked.";
        };
    }

    private void addNames(Catalogue known, List<Problem> problems) {
        var named = new HashSet<>(on);
        named.addAll(off);
        named.addAll(keys.keySet());
        named.stream()
                .filter(id -> known.entry(id).isEmpty())
                .sorted()
                .forEach(id -> problems.add(new Problem(id, "the catalogue has no list of this id")));
    }

    private void addEntry(Catalogue.Entry entry, Map<String, DnsblList> lists, List<Problem> problems) {
        var key = entry.id().equals(SPAMHAUS) ? spamhausKey() : Optional.ofNullable(keys.get(entry.id()));
        if (!isWanted(entry, key.isPresent())) {
            return;
        }
        if (entry.need() == Catalogue.Needs.KEY && key.isEmpty()) {
            problems.add(new Problem(entry.id(), "the list is asked with a key only, and none is given"));
            return;
        }
        try {
            lists.put(entry.id(), entry.list(key));
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(entry.id(), reason(e)));
        }
    }

    private boolean isWanted(Catalogue.Entry entry, boolean hasKey) {
        if (off.contains(entry.id())) {
            return false;
        }
        if (entry.id().equals(SPAMHAUS)) {
            return hasKey || spamhaus instanceof Spamhaus.FreeUse;
        }
        return switch (entry.useByDefault()) {
            case ON -> true;
            case OPT_IN -> hasKey || on.contains(entry.id());
            case OFF -> on.contains(entry.id());
        };
    }

    private Optional<Secret> spamhausKey() {
        return spamhaus instanceof Spamhaus.Key given ? Optional.of(given.key()) : Optional.empty();
    }

    private void addOwn(OwnList each, Catalogue known, Map<String, DnsblList> lists, List<Problem> problems) {
        var at = "list." + each.id();
        var unasked = whyNotAsked(each, known);
        if (unasked.isPresent()) {
            problems.add(new Problem(at + ".zone", unasked.get()));
            return;
        }
        if (lists.containsKey(each.id())) {
            problems.add(new Problem(at + ".id", "two lists have this id"));
            return;
        }
        var wrong = OwnListChecks.problems(each);
        wrong.forEach((key, reason) -> problems.add(new Problem(at + "." + key, reason)));
        if (wrong.isEmpty()) {
            lists.put(each.id(), each.list());
        }
    }

    private Optional<String> whyNotAsked(OwnList each, Catalogue known) {
        var closed = known.closedSince(each.zone()).map(when -> each.zone() + " is closed since " + when);
        return closed.or(() -> each.isSpamhaus() ? whyNoSpamhaus() : Optional.empty());
    }

    /** By whatever name: its terms are the same. */
    private Optional<String> whyNoSpamhaus() {
        return switch (spamhaus) {
            case Spamhaus.Undecided undecided ->
                Optional.of("this is Spamhaus, which is asked only after the operator's word: set dnsbl.spamhaus to"
                        + " \"key\" or \"free-use\", or take this list out");
            case Spamhaus.Off off ->
                Optional.of("this is Spamhaus, and dnsbl.spamhaus = \"off\": set that to \"key\" or \"free-use\", or"
                        + " take this list out");
            case Spamhaus.FreeUse free -> Optional.empty();
            case Spamhaus.Key key -> Optional.empty();
        };
    }

    private static String reason(IllegalArgumentException e) {
        return String.valueOf(e.getMessage());
    }
}
