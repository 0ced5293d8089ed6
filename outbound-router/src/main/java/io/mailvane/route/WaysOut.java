package io.mailvane.route;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReversePath;
import io.mailvane.route.Decision.HoldReason;
import io.mailvane.route.Decision.Purpose;
import io.mailvane.route.EgressView.Source;
import io.mailvane.route.UnderWay.Exposed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The ways out as they are at one moment, for whoever looks at them.
 *
 * @param choices what ordinary new mail takes: to providers of which nothing is known first, then by messages relayed lately, at most 50
 * @param lanes those that are not simply open
 * @param warmUps of each address that is new those of the receivers that know it best, at most 5, the best first; of those that know it
 *     alike the big ones
 * @param smarthosts in the order of the configuration
 * @param refusedBy providers that refuse us by every way, addresses of ours and smarthosts alike, at most 50: the problem is the mail
 */
public record WaysOut(
        List<Choice> choices,
        List<LaneNow> lanes,
        List<WarmUpNow> warmUps,
        List<SmarthostNow> smarthosts,
        List<ProviderId> refusedBy) {
    /** Stands for every provider that has said nothing. */
    public static final ProviderId ANY = new ProviderId("*");

    private static final int MOST = 50;
    /** Of one address. */
    private static final int MOST_WARM_UPS = 5;

    private static final int MOST_REASONS = 3;
    /** For one reason. */
    private static final int MOST_NAMES = 3;

    private static final ReversePath SOMEBODY = ReversePath.of(Mailbox.parse("somebody@sender.invalid"));

    public WaysOut {
        choices = List.copyOf(choices);
        lanes = List.copyOf(lanes);
        warmUps = List.copyOf(warmUps);
        smarthosts = List.copyOf(smarthosts);
        refusedBy = List.copyOf(refusedBy);
    }

    /**
     * @param routes that are equally good now; empty: mail waits, but for a message that shows whether a smarthost is well
     * @param tier of these; empty: mail waits
     * @param why one sentence: what is true of all these, or of which of them each thing is
     * @param until when a way may be open, if mail waits and time helps
     * @param lately messages of the last quarter of an hour that were relayed, by route
     * @param detour whether an address of ours that may send there is worse there than a clean one, so that mail goes round it
     */
    public record Choice(
            ProviderId provider,
            List<String> routes,
            Optional<Tier> tier,
            String why,
            Optional<Instant> until,
            Map<String, Long> lately,
            boolean detour) {}

    /**
     * A way to one provider.
     *
     * @param until when the state ends by time alone, or the next trial is due
     */
    public record LaneNow(String route, ProviderId provider, String state, Instant since, Optional<Instant> until) {}

    /**
     * How far one receiver has come to know an address of ours.
     *
     * @param provider {@link #ANY}: those of which none was given mail lately
     * @param step from 1; one more than there are once it is done
     * @param used recipients that it was given in its running day
     * @param ceiling of them; empty: no limit any more
     * @param until when the running day is over; empty: none runs
     */
    public record WarmUpNow(
            String route,
            ProviderId provider,
            int step,
            int steps,
            long used,
            OptionalLong ceiling,
            Optional<Instant> until) {}

    /**
     * @param state of its breaker, or QUOTA_CLOSED: also while the next message is to ask a smarthost that said so whether it takes more
     * @param until when it may be tried again
     * @param used recipients in the last day
     * @param quota of recipients a day; empty: no limit
     * @param greeting how long it lets wait for its greeting, if that is so long that it has half its weight among those of its order
     */
    public record SmarthostNow(
            String name,
            String state,
            Optional<Instant> until,
            long used,
            OptionalLong quota,
            Optional<Duration> greeting) {}

    /** @param big receivers that matter more than others */
    static WaysOut of(
            EgressView view, LaneTraffic relayed, WarmUps warmUps, Set<ProviderId> big, Allowed usual, Instant now) {
        var lately = relayed.lately(now);
        return new WaysOut(
                providers(view, lately).stream()
                        .map(each -> choice(
                                new Now(view, warmUps.at(each), usual, now), each, lately.getOrDefault(each, Map.of())))
                        .toList(),
                lanes(view, now),
                warmUps(view, new Warmth(warmUps.all(), big), now),
                view.relays().stream().map(each -> smarthost(each, now)).toList(),
                view.refusedBy(now).stream().limit(MOST).toList());
    }

    private static List<ProviderId> providers(EgressView view, Map<ProviderId, Map<Route, Long>> lately) {
        var known = new HashSet<>(lately.keySet());
        view.providers().forEach((id, there) -> {
            if (there.lanes().values().stream().anyMatch(lane -> lane.state() != Lane.State.OPEN)) {
                known.add(id);
            }
        });
        var all = new ArrayList<ProviderId>();
        all.add(ANY);
        known.stream()
                .sorted(Comparator.comparingLong((ProviderId id) -> -messages(lately.getOrDefault(id, Map.of())))
                        .thenComparing(ProviderId::id))
                .limit(MOST - 1L)
                .forEach(all::add);
        return all;
    }

    private static long messages(Map<Route, Long> byRoute) {
        return byRoute.values().stream().mapToLong(each -> each).sum();
    }

    /** What a choice for one receiver goes by. */
    private record Now(EgressView view, Map<String, WarmUp> warmUps, Allowed usual, Instant at) {}

    private static Choice choice(Now now, ProviderId provider, Map<Route, Long> lately) {
        var mail = MailFacts.of(provider.id().hashCode(), provider, SOMEBODY).allowing(now.usual());
        var messages = new TreeMap<String, Long>();
        lately.forEach((route, count) -> messages.put(route.name(), count));
        boolean detour = isGoneRound(now.view(), mail);
        return switch (decided(now, mail)) {
            case Decision.Send send ->
                new Choice(
                        provider,
                        equallyGood(send)
                                .map(each -> each.route().name())
                                .sorted()
                                .toList(),
                        Optional.of(send.chosen().tier()),
                        why(send),
                        Optional.empty(),
                        messages,
                        detour);
            case Decision.Hold hold ->
                new Choice(provider, List.of(), Optional.empty(), hold.why(), hold.until(), messages, detour);
        };
    }

    private static boolean isGoneRound(EgressView view, MailFacts mail) {
        return mail.allowed().addresses() == Allowed.Addresses.ALLOWED
                && view.sources().stream().map(Source::standing).anyMatch(standing -> switch (standing.state()) {
                    case QUARANTINED, LAST_RESORT, RECOVERING -> true;
                    case DEGRADED, ACTIVE, WARMING ->
                        standing.penaltyAt(mail.provider())
                                >= view.settings().thresholds().watch();
                    case NEW, ADMISSION, DRAINING, DISABLED, RETIRED -> false;
                });
    }

    /**
     * What is known to be open: a smarthost that only a trial will show to be well is none yet, and one by which a trial went through is
     * open, though it lets messages through one by one.
     */
    private static Decision decided(Now known, MailFacts mail) {
        var view = known.view();
        var now = known.at();
        var proven = view.relays().stream()
                .filter(Relay::isProven)
                .map(relay -> relay.with(relay.breaker().withoutTrial(now)))
                .toList();
        var exposed = Exposed.none(view, mail.provider(), now);
        var open = RouteDecision.decide(
                new EgressView(view.sources(), proven, view.providers(), view.settings()),
                mail,
                exposed,
                known.warmUps(),
                now);
        if (!(open instanceof Decision.Hold hold)) {
            return open;
        }
        return switch (RouteDecision.decide(view, mail, exposed, known.warmUps(), now)) {
            case Decision.Send trial -> new Decision.Hold(HoldReason.NO_ROUTE, hold.until(), trial.candidates());
            case Decision.Hold all -> all;
        };
    }

    private static Stream<Candidate> equallyGood(Decision.Send send) {
        var chosen = send.chosen();
        return send.candidates().stream()
                .filter(each -> each.fitness() == chosen.fitness()
                        && each.tier() == chosen.tier()
                        && each.rank() == chosen.rank());
    }

    /** What is true of all that are equally good, or of which it is true. */
    private static String why(Decision.Send send) {
        var of = equallyGood(send)
                .collect(Collectors.groupingBy(
                        each -> each.reasons().getFirst(),
                        LinkedHashMap::new,
                        Collectors.mapping(each -> each.route().name(), Collectors.toList())));
        if (send.purpose() != Purpose.BEST || of.size() == 1) {
            return send.why();
        }
        var said = new ArrayList<String>();
        of.forEach((reason, names) -> {
            if (said.size() < MOST_REASONS) {
                said.add(named(names) + ": " + reason);
            }
        });
        int more = of.size() - said.size();
        return send.chosen().tier() + ": " + String.join("; ", said)
                + (more > 0 ? "; and " + more + " more reasons" : "");
    }

    private static String named(List<String> names) {
        int more = names.size() - MOST_NAMES;
        return names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static List<LaneNow> lanes(EgressView view, Instant now) {
        var lanes = new ArrayList<LaneNow>();
        view.providers()
                .forEach((provider, there) -> there.lanes().forEach((route, known) -> {
                    var lane = known.at(now, view.settings());
                    if (lane.state() != Lane.State.OPEN
                            || !lane.share(now, view.settings()).isWhole()) {
                        lanes.add(new LaneNow(route, provider, lane.state().name(), lane.since(), known(lane.until())));
                    }
                }));
        lanes.sort(Comparator.comparing(LaneNow::since).reversed());
        return lanes.size() > MOST ? lanes.subList(0, MOST) : lanes;
    }

    /** How far receivers have come, and which of them are big. */
    private record Warmth(Map<ProviderId, Map<String, WarmUp>> known, Set<ProviderId> big) {
        /** Not by what they were given: with each message they would change places. */
        Comparator<WarmUpNow> order() {
            return Comparator.comparingInt(WarmUpNow::step)
                    .thenComparing(each -> big.contains(each.provider()))
                    .reversed()
                    .thenComparing(each -> each.provider().id());
        }
    }

    private static List<WarmUpNow> warmUps(EgressView view, Warmth warmth, Instant now) {
        return view.sources().stream()
                .filter(source -> source.standing().isWarming())
                .flatMap(source -> warmUps(source, warmth, view.settings().warmUp(), now))
                .toList();
    }

    /** The furthest, and that of everybody else. */
    private static Stream<WarmUpNow> warmUps(EgressView.Source source, Warmth warmth, WarmUpSteps steps, Instant now) {
        var name = source.route().name();
        var lanes = new ArrayList<WarmUpNow>();
        warmth.known().forEach((provider, there) -> {
            var lane = there.get(name);
            if (lane != null && !lane.isAtRest(now, steps)) {
                lanes.add(warmUp(source, provider, lane, steps, now));
            }
        });
        lanes.sort(warmth.order());
        return Stream.concat(
                lanes.stream().limit(MOST_WARM_UPS - 1L), Stream.of(warmUp(source, ANY, WarmUp.COLD, steps, now)));
    }

    private static WarmUpNow warmUp(
            EgressView.Source source, ProviderId provider, WarmUp known, WarmUpSteps steps, Instant now) {
        var lane = known.at(now, source.standing().growth(), steps);
        return new WarmUpNow(
                source.route().name(),
                provider,
                lane.step() + 1,
                steps.ceilings().size(),
                lane.used(),
                lane.isDone(steps) ? OptionalLong.empty() : OptionalLong.of(lane.ceiling(steps)),
                lane.isRunning(now, steps) ? Optional.of(lane.ends(steps)) : Optional.empty());
    }

    private static SmarthostNow smarthost(Relay relay, Instant now) {
        var quota = relay.quota();
        var breaker = relay.breaker();
        boolean isCounted = quota.used(now) >= quota.most();
        boolean isShut = !breaker.lets(now);
        var frees = Optional.of(quota.nextFree(now)).filter(_ -> isCounted || quota.isShut(now));
        return new SmarthostNow(
                relay.route().name(),
                !isShut && (isCounted || quota.isClosed())
                        ? "QUOTA_CLOSED"
                        : breaker.state().name(),
                isShut ? known(breaker.until()) : frees,
                quota.used(now),
                quota.most() == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(quota.most()),
                relay.greetings().usual().filter(_ -> relay.greetings().areSlow()));
    }

    private static Optional<Instant> known(Instant until) {
        return Optional.of(until).filter(each -> each.isAfter(Instant.MIN) && each.isBefore(Instant.MAX));
    }
}
