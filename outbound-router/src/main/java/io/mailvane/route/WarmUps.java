package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.ReplyClass.Bearing;
import io.mailvane.route.EgressView.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * How far each provider knows each address of ours that is new. Beside the view, for it changes with every message of such an address. Any
 * number of threads; none waits for another.
 */
final class WarmUps {
    /** What is dropped of too many, so that not every provider more looks at all. */
    private static final int MANY = Changes.MOST_PROVIDERS / 10;

    private static final Set<State> FALLEN = Set.of(State.QUARANTINED, State.LAST_RESORT);

    /** By provider and name of the source; what is absent is {@link WarmUp#COLD}. The inner maps are immutable and not empty. */
    private final ConcurrentHashMap<ProviderId, Map<String, WarmUp>> there = new ConcurrentHashMap<>();

    /** One lane's, before and after something. */
    record Change(Source source, ProviderId provider, WarmUp before, WarmUp after) {}

    /** By name of the source; immutable. */
    Map<String, WarmUp> at(ProviderId provider) {
        return there.getOrDefault(provider, Map.of());
    }

    /** Of all providers, for those who look on or write it down. */
    Map<ProviderId, Map<String, WarmUp>> all() {
        return Map.copyOf(there);
    }

    /** What was written down by another process. */
    void recall(Map<ProviderId, Map<String, WarmUp>> known) {
        there.clear();
        there.putAll(known);
    }

    /**
     * Counts a message if that by which its way was chosen is still so.
     *
     * @param known as {@link #at} said
     * @return empty if it is not: nothing was counted then
     */
    Optional<Change> take(Map<String, WarmUp> known, Source source, MailFacts mail, Instant now, WarmUpSteps steps) {
        var name = source.route().name();
        var before = known.getOrDefault(name, WarmUp.COLD);
        var after = before.taking(mail.recipients(), now, source.standing().growth(), steps);
        var all = with(known, name, after);
        makeRoom(mail.provider(), now, steps);
        boolean isTaken = known.isEmpty()
                ? there.putIfAbsent(mail.provider(), all) == null
                : there.replace(mail.provider(), known, all);
        return isTaken ? Optional.of(new Change(source, mail.provider(), before, after)) : Optional.empty();
    }

    private static Map<String, WarmUp> with(Map<String, WarmUp> known, String name, WarmUp one) {
        var all = new HashMap<>(known);
        all.put(name, one);
        return Map.copyOf(all);
    }

    /** Those that are least known, and of these that had no mail for longest, are forgotten first. */
    private void makeRoom(ProviderId provider, Instant now, WarmUpSteps steps) {
        if (there.size() < Changes.MOST_PROVIDERS || there.containsKey(provider)) {
            return;
        }
        there.values().removeIf(lanes -> isAtRest(lanes, now, steps));
        if (there.size() > Changes.MOST_PROVIDERS - MANY) {
            there.entrySet().stream()
                    .sorted(Comparator.comparingInt((Map.Entry<ProviderId, Map<String, WarmUp>> each) -> furthest(each))
                            .thenComparing(WarmUps::lastDay))
                    .limit(MANY)
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(there::remove);
        }
    }

    static boolean isAtRest(Map<String, WarmUp> lanes, Instant now, WarmUpSteps steps) {
        return lanes.values().stream().allMatch(each -> each.isAtRest(now, steps));
    }

    private static int furthest(Map.Entry<ProviderId, Map<String, WarmUp>> each) {
        return each.getValue().values().stream().mapToInt(WarmUp::step).max().orElse(0);
    }

    private static Instant lastDay(Map.Entry<ProviderId, Map<String, WarmUp>> each) {
        return each.getValue().values().stream()
                .map(WarmUp::day)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
    }

    /** So many that a message took were not given to the provider after all. */
    void giveBack(Permit permit, int recipients) {
        permit.counted()
                .filter(_ -> permit.route().kind() == Route.Kind.SOURCE && recipients > 0)
                .ifPresent(counted ->
                        change(permit.provider(), permit.route().name(), lane -> lane.givingBack(recipients, counted)));
    }

    /** What a provider's reply says of how well it knows our addresses. */
    List<Change> heard(EgressView view, Permit permit, Heard heard, Instant now) {
        var steps = view.settings().warmUp();
        var route = permit.route();
        if (Changes.isStrike(view, route, heard.meaning())) {
            var meant = Changes.meant(view, route, heard.meaning()).stream()
                    .flatMap(each -> view.warming(each).stream())
                    .toList();
            return heard(meant, permit.provider(), (lane, growth) -> lane.refusing(now, growth, steps));
        }
        return heard.meaning().replyClass().bearing() == Bearing.ADDRESS_SLOWED
                ? heard(
                        view.warming(route).stream().toList(),
                        permit.provider(),
                        (lane, growth) -> lane.slowing(now, growth, steps))
                : List.of();
    }

    /** As far as it was given mail from them. */
    private List<Change> heard(List<Source> sources, ProviderId provider, BiFunction<WarmUp, Growth, WarmUp> word) {
        var heard = new ArrayList<Change>();
        for (var source : sources) {
            var growth = source.standing().growth();
            if (growth != Growth.NONE) {
                change(provider, source.route().name(), lane -> word.apply(lane, growth))
                        .map(both -> new Change(source, provider, both.before(), both.after()))
                        .ifPresent(heard::add);
            }
        }
        return heard;
    }

    private record Both(WarmUp before, WarmUp after) {}

    /** Empty if nothing is known of that lane. */
    private Optional<Both> change(ProviderId provider, String name, UnaryOperator<WarmUp> change) {
        while (true) {
            var known = at(provider);
            var before = known.get(name);
            if (before == null) {
                return Optional.empty();
            }
            var after = change.apply(before);
            if (there.replace(provider, known, with(known, name, after))) {
                return Optional.of(new Both(before, after));
            }
        }
    }

    /** Those that were out are warmed up again, two steps lower with each provider. */
    void comeBack(List<Source> before, List<Source> after) {
        for (int i = 0; i < after.size(); i++) {
            var standing = after.get(i).standing();
            boolean isBack = FALLEN.contains(before.get(i).standing().state())
                    && !FALLEN.contains(standing.state())
                    && standing.isWarming();
            if (isBack) {
                back(after.get(i).route().name());
            }
        }
    }

    private void back(String name) {
        there.replaceAll((provider, lanes) -> {
            var lane = lanes.get(name);
            return lane == null ? lanes : with(lanes, name, lane.back());
        });
    }

    /** Forgets all other ways: another address by an old name is new. */
    void keep(Set<String> names) {
        there.replaceAll((provider, lanes) -> of(lanes, names));
        there.values().removeIf(Map::isEmpty);
    }

    /** Those of some ways alone. */
    static Map<String, WarmUp> of(Map<String, WarmUp> lanes, Set<String> names) {
        var kept = new HashMap<>(lanes);
        kept.keySet().retainAll(names);
        return Map.copyOf(kept);
    }
}
