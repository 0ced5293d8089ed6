package io.mailvane.dnsbl;

import io.mailvane.dnsbl.HistoryEvent.Change;
import io.mailvane.dnsbl.HistoryEvent.Kind;
import io.mailvane.dnsbl.Learned.About;
import io.mailvane.dnsbl.Reputation.Lesson;
import io.mailvane.dnsbl.Reputation.ReceiverView;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReplyEvidence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What receivers have taught of the lists that count: how much each goes by them. One thread.
 *
 * <p>A reply is a stranger's word, and anybody can have many domains. So a citation counts only of a list that names the address by its
 * own answer, and changes nothing but what is known of the receiver that said it. Of receivers that the catalogue does not name there is
 * room for few. Where that is used up those give way that make no difference, and after them nobody: a flood of made-up receivers must
 * not change what is known of another one.
 */
final class Lessons {
    /** So many receivers of a list are remembered beside those that the catalogue names. */
    static final int STRANGERS = 32;
    /** So many citations wait for what a list says of an address. */
    private static final int WAITING = 32;
    /** All that are not named. */
    private static final String OTHERS = "*";

    private final LearningRules rules;
    private final CellRules cellRules;
    private final Duration citedWithin;
    private final Journal journal;
    /** Those that count, by id. */
    private final Map<String, ListSlot> lists;

    private final Map<ListSlot, Map<ProviderId, Learned>> learned = new HashMap<>();
    /** Citations of lists that did not name the address then: the check that they trigger may show that they do. */
    private final Map<CellSlot, Map<ProviderId, Learned.Cited>> unproven = new HashMap<>();

    private final Intakes intakes;
    private final Map<About, Optional<Learned>> changed = new LinkedHashMap<>();
    private Moment looked;

    Lessons(DnsblSettings settings, Collection<ListSlot> asked, Journal journal, Moment now) {
        this.rules = new LearningRules(settings.routing().learning());
        this.cellRules = new CellRules(settings.judging());
        this.citedWithin = settings.judging().citedWithin();
        this.journal = journal;
        this.lists = asked.stream()
                .filter(slot -> settings.routing().counts(slot.list().weight()))
                .collect(Collectors.toMap(slot -> slot.list().id(), slot -> slot));
        this.intakes = new Intakes(rules.over());
        this.looked = now.plus(rules.gap().negated());
    }

    /** @param written what was written down before a restart, of whatever list */
    void recall(Map<About, Learned> written, Moment now) {
        if (rules.isOn()) {
            written.forEach((about, what) -> recall(about, what, now));
            lists.values().forEach(this::teach);
        }
    }

    private void recall(About about, Learned what, Moment now) {
        if (rules.isOver(what, now)) {
            changed.put(about, Optional.empty());
        } else {
            Optional.ofNullable(lists.get(about.list()))
                    .ifPresent(list -> known(list).put(about.provider(), what));
        }
    }

    /** A receiver's reply cites the list of this cell, which has been judged by that. */
    void cited(CellSlot cell, ReplyEvidence reply, Moment now) {
        if (!isLearnedOf(cell)) {
            return;
        }
        var cited = new Learned.Cited(now, reply.reply());
        if (isNaming(cell)) {
            learn(cell.list(), reply.provider(), cited, now);
            return;
        }
        var waiting = unproven.computeIfAbsent(cell, _ -> new LinkedHashMap<>());
        if (waiting.size() < WAITING || waiting.containsKey(reply.provider())) {
            waiting.put(reply.provider(), cited);
        }
    }

    private boolean isLearnedOf(CellSlot cell) {
        return rules.isOn() && lists.containsKey(cell.list().list().id());
    }

    /** By its own answer, if only by one. */
    private static boolean isNaming(CellSlot cell) {
        return cell.cell().state() == CellState.LISTED || cell.cell().state() == CellState.SUSPECT;
    }

    /** An answer of this cell was judged. */
    void answered(CellSlot cell, Moment now) {
        var waiting = unproven.get(cell);
        if (waiting == null) {
            return;
        }
        waiting.values().removeIf(cited -> now.since(cited.at()).compareTo(citedWithin) > 0);
        if (isNaming(cell)) {
            waiting.forEach((provider, cited) -> learn(cell.list(), provider, cited, now));
            waiting.clear();
        }
        if (waiting.isEmpty()) {
            unproven.remove(cell);
        }
    }

    boolean isDue(Moment now) {
        return rules.isOn() && now.since(looked).compareTo(rules.gap()) >= 0;
    }

    /** @return whether there was something that is over: all of that is as shipped again */
    boolean forgetOver(Moment now) {
        boolean any = false;
        for (var list : lists.values()) {
            var over = known(list).entrySet().stream()
                    .filter(each -> rules.isOver(each.getValue(), now))
                    .map(Map.Entry::getKey)
                    .toList();
            over.forEach(provider -> become(list, provider, Optional.empty(), now));
            any |= !over.isEmpty();
        }
        return any;
    }

    /** The sources of which it is to be told now how much receivers took: those that a list names. */
    List<String> look(Collection<AddressSlot> addresses, Moment now) {
        looked = now;
        return intakes.name(addresses, cell -> isLearnedOf(cell) && cellRules.isNamed(cell.cell(), now), now);
    }

    /** When {@link #isDue} again, if that is before {@code latest} and there is anything to look at. */
    Moment next(Moment latest) {
        var next = looked.plus(rules.gap());
        boolean any = intakes.any() || learned.values().stream().anyMatch(known -> !known.isEmpty());
        return any && next.isBefore(latest) ? next : latest;
    }

    /** @param totals of messages by receiver, by source: they only grow */
    void took(Map<String, Map<ProviderId, Long>> totals, Moment now) {
        totals.forEach((source, taken) -> intakes.told(source, taken, now));
        for (var list : lists.values()) {
            intakes.taken(list, now).forEach((provider, messages) -> took(list, provider, messages, now));
        }
    }

    private void took(ListSlot list, ProviderId provider, long messages, Moment now) {
        var before = Optional.ofNullable(known(list).get(provider));
        var after = rules.took(before, shipped(list, provider), messages, now);
        if (!after.equals(before)) {
            after.ifPresent(what -> learn(list, provider, what, now));
        }
    }

    private void learn(ListSlot list, ProviderId provider, Learned what, Moment now) {
        if (hasRoom(list, provider)) {
            become(list, provider, Optional.of(what), now);
        }
    }

    /** @param what empty: all is as shipped */
    private void become(ListSlot list, ProviderId provider, Optional<Learned> what, Moment now) {
        var id = list.list().id();
        double before = list.affinity().at(provider);
        what.ifPresentOrElse(
                each -> known(list).put(provider, each), () -> known(list).remove(provider));
        changed.put(new About(id, provider), what);
        teach(list);
        double after = list.affinity().at(provider);
        if (after != before) {
            var change = new Change(String.valueOf(before), String.valueOf(after), cause(what));
            journal.add(HistoryEvent.now(now.wall(), Kind.AFFINITY, id, provider.id(), change));
        }
    }

    private String cause(Optional<Learned> what) {
        return what.map(each -> switch (each) {
                    case Learned.Cited cited -> "it cited the list: " + cited.reply();
                    case Learned.Took took ->
                        "it took " + took.messages() + " messages within " + Text.span(rules.over())
                                + " from what is listed";
                })
                .orElse("as shipped: it has shown nothing since");
    }

    private void teach(ListSlot list) {
        var affinities = new HashMap<ProviderId, Double>();
        known(list)
                .forEach((provider, what) -> affinities.put(provider, rules.affinity(what, shipped(list, provider))));
        list.learn(list.list().affinity().with(affinities));
    }

    private Map<ProviderId, Learned> known(ListSlot list) {
        return learned.computeIfAbsent(list, _ -> new HashMap<>());
    }

    private static double shipped(ListSlot list, ProviderId provider) {
        return list.list().affinity().at(provider);
    }

    private static boolean isShipped(ListSlot list, ProviderId provider) {
        return list.list().affinity().providers().containsKey(provider);
    }

    private boolean hasRoom(ListSlot list, ProviderId provider) {
        if (isShipped(list, provider) || known(list).containsKey(provider)) {
            return true;
        }
        var strangers = known(list).entrySet().stream()
                .filter(each -> !isShipped(list, each.getKey()))
                .toList();
        if (strangers.size() < STRANGERS) {
            return true;
        }
        var idle = strangers.stream()
                .filter(each -> list.affinity().at(each.getKey()) == shipped(list, each.getKey()))
                .min(Comparator.comparing(each -> each.getValue().at(), Moment.EARLIER_FIRST))
                .map(Map.Entry::getKey);
        idle.ifPresent(each -> {
            known(list).remove(each);
            changed.put(new About(list.list().id(), each), Optional.empty());
        });
        return idle.isPresent();
    }

    /** What is to be written down; empty: it is forgotten. */
    Map<About, Optional<Learned>> takeChanged() {
        var taken = Map.copyOf(changed);
        changed.clear();
        return taken;
    }

    /** How receivers go by the list: all that are not named first, then the others by name. */
    List<ReceiverView> receivers(ListSlot list) {
        var receivers = new ArrayList<ReceiverView>();
        double general = list.list().affinity().general();
        receivers.add(new ReceiverView(OTHERS, general, general, Optional.empty()));
        list.affinity().providers().keySet().stream()
                .sorted(Comparator.comparing(ProviderId::id))
                .forEach(provider -> receivers.add(receiver(list, provider)));
        return receivers;
    }

    private ReceiverView receiver(ListSlot list, ProviderId provider) {
        return new ReceiverView(
                provider.id(),
                list.affinity().at(provider),
                shipped(list, provider),
                Optional.ofNullable(known(list).get(provider)).map(this::lesson));
    }

    private Lesson lesson(Learned learned) {
        var until = rules.until(learned).wall();
        return switch (learned) {
            case Learned.Cited cited -> new Lesson.Cited(cited.at().wall(), until, cited.reply());
            case Learned.Took took -> new Lesson.Took(took.at().wall(), until, took.messages(), rules.over());
        };
    }
}
