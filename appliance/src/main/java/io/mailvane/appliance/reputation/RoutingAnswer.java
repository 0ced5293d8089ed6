package io.mailvane.appliance.reputation;

import io.mailvane.mail.ProviderId;
import io.mailvane.route.WaysOut;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/**
 * By which ways mail leaves one node now.
 *
 * @param choices for receivers of which nothing is known first, then for those that had mail lately
 * @param lanes ways to one receiver that are not simply open, the newest change first
 * @param warmUps of each address that is new the receivers that know it best, the best first, and the others
 * @param waiting messages that wait because of our addresses
 * @param waitingFor the same by reason: no-route, block, rate, turn; none is absent
 * @param refusedBy receivers that refuse us by every way, addresses of ours and smarthosts alike: the problem is the mail
 */
public record RoutingAnswer(
        List<ChoiceAnswer> choices,
        List<LaneAnswer> lanes,
        List<WarmUpAnswer> warmUps,
        List<SmarthostAnswer> smarthosts,
        int waiting,
        Map<String, Integer> waitingFor,
        List<String> refusedBy) {
    /** What follows from that a receiver refuses all that we have. */
    public static final String MAIL_IS_IT = "the mail is the problem, not the address";

    private static final int NAMED = 5;

    public RoutingAnswer {
        refusedBy =
                Bounds.list(refusedBy, Bounds.FEW).stream().map(Bounds::name).toList();
        waitingFor = Bounds.counts(waitingFor);
        choices = Bounds.list(choices, Bounds.FEW);
        lanes = Bounds.list(lanes, Bounds.FEW);
        warmUps = Bounds.list(warmUps, Bounds.WARM_UPS);
        smarthosts = Bounds.list(smarthosts, Bounds.FEW);
    }

    /**
     * What of it a reader sees as another state. Receivers whose mail goes as everybody's, that have only begun to know an address, and
     * in which order they come, say nothing: with the traffic they are others all the time.
     *
     * @see PairReputation#sight
     */
    int sight() {
        var usual = choices.stream().findFirst().map(ChoiceAnswer::ways);
        var others = choices.stream()
                .filter(choice -> !usual.equals(Optional.of(choice.ways())))
                .map(choice -> List.of(choice.provider(), choice.ways()))
                .collect(Collectors.toUnmodifiableSet());
        return Objects.hash(
                usual,
                choices.stream().findFirst().map(ChoiceAnswer::why),
                others,
                lanes.stream()
                        .map(lane -> List.of(lane.route(), lane.provider(), lane.state()))
                        .collect(Collectors.toUnmodifiableSet()),
                warmUps.stream()
                        .filter(each -> each.step() > 1 || each.isUsedUp())
                        .map(each -> List.of(each.route(), each.provider(), each.step(), each.isUsedUp()))
                        .collect(Collectors.toUnmodifiableSet()),
                smarthosts.stream()
                        .map(each -> List.of(
                                each.name(),
                                each.state(),
                                each.greetsInSeconds().isPresent()))
                        .toList(),
                waiting > 0,
                refusedBy);
    }

    /** One sentence about {@link #refusedBy}, without whose ways they are; empty if there are none. */
    Optional<String> refusedByAll() {
        int more = refusedBy.size() - NAMED;
        var names = refusedBy.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
        return refusedBy.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        names + (refusedBy.size() == 1 ? " refuses" : " refuse") + " us by every way: " + MAIL_IS_IT);
    }

    /** Of a source, the receiver that knows it best first; empty if it is not new. */
    List<WarmUpAnswer> warmUps(String source) {
        return warmUps.stream().filter(each -> each.route().equals(source)).toList();
    }

    /** Those that have no room left today. */
    public List<WarmUpAnswer> usedUp() {
        return warmUps.stream().filter(WarmUpAnswer::isUsedUp).toList();
    }

    /** Why mail to receivers of which nothing is known has to wait; empty if it need not. */
    public Optional<String> noWay() {
        return choices.stream()
                .filter(choice -> choice.provider().equals(WaysOut.ANY.id()))
                .filter(choice -> choice.routes().isEmpty())
                .map(ChoiceAnswer::why)
                .findFirst();
    }

    /**
     * How much mail smarthosts carried in the last 15 minutes in place of addresses that are worse than clean ones, in words; empty if they
     * carried none.
     */
    public Optional<String> detour() {
        var names = smarthosts.stream().map(SmarthostAnswer::name).collect(Collectors.toUnmodifiableSet());
        var round = choices.stream()
                .filter(ChoiceAnswer::detour)
                .flatMap(choice -> choice.lately().stream())
                .filter(share -> names.contains(share.route()))
                .collect(Collectors.groupingBy(ShareAnswer::route, TreeMap::new, summing()));
        long all = choices.stream().flatMap(choice -> choice.lately().stream()).collect(summing());
        long carried = round.values().stream().mapToLong(each -> each).sum();
        return carried == 0
                ? Optional.empty()
                : Optional.of(percent(carried, all) + " of the mail of the last 15 minutes left by "
                        + String.join(" and ", round.keySet()));
    }

    private static Collector<ShareAnswer, ?, Long> summing() {
        return Collectors.summingLong(ShareAnswer::messages);
    }

    /** Less than all is never told as all, nor something as nothing. */
    private static String percent(long part, long all) {
        if (part == all) {
            return "all";
        }
        long percent = Math.clamp(Math.round(100.0 * part / all), 1, 99);
        return percent + " %";
    }

    /** Nothing is known of its ways. */
    public static final RoutingAnswer NONE =
            new RoutingAnswer(List.of(), List.of(), List.of(), List.of(), 0, Map.of(), List.of());

    /**
     * @param provider {@code *}: every receiver of which nothing is known
     * @param routes equally good; empty: mail waits
     * @param lately messages of the last 15 minutes, and their share of this receiver's
     * @param detour whether an address of ours is worse there than a clean one, so that mail goes round it
     */
    public record ChoiceAnswer(
            String provider,
            List<String> routes,
            Optional<String> tier,
            String why,
            Optional<Instant> until,
            List<ShareAnswer> lately,
            boolean detour) {
        public ChoiceAnswer {
            provider = Bounds.name(provider);
            routes = Bounds.list(routes, Bounds.FEW).stream().map(Bounds::name).toList();
            tier = tier.map(Bounds::name);
            why = Bounds.text(why);
            lately = Bounds.list(lately, Bounds.FEW);
        }

        private List<Object> ways() {
            return List.of(routes, tier);
        }

        /** Whom it is for, as a reader is told. */
        public String receiver() {
            return provider.equals(WaysOut.ANY.id()) ? "every other receiver" : provider;
        }

        /** The way of new mail, as a reader is told. */
        public String by() {
            return routes.isEmpty() ? "nothing: it waits" : String.join(", ", routes);
        }
    }

    /** @param share 0 to 1, of all that went to the receiver */
    public record ShareAnswer(String route, long messages, double share) {
        public ShareAnswer {
            route = Bounds.name(route);
        }

        /** In per cent. */
        public long percent() {
            return Math.round(share * 100);
        }
    }

    /** @param until when it may be tried again, if that is known */
    public record LaneAnswer(String route, String provider, String state, Instant since, Optional<Instant> until) {
        public LaneAnswer {
            route = Bounds.name(route);
            provider = Bounds.name(provider);
            state = Bounds.name(state);
            Objects.requireNonNull(since, "since");
        }
    }

    /**
     * How far a receiver has come to know an address that is new.
     *
     * @param provider {@code *}: every receiver that has not been given mail lately
     * @param step from 1; beyond {@code steps} once it is done
     * @param used recipients that it was given in its running day
     * @param ceiling of them; absent: no limit any more
     * @param until when the running day is over; absent: none runs
     */
    public record WarmUpAnswer(
            String route,
            String provider,
            int step,
            int steps,
            long used,
            Optional<Long> ceiling,
            Optional<Instant> until) {
        public WarmUpAnswer {
            route = Bounds.name(route);
            provider = Bounds.name(provider);
        }

        boolean isUsedUp() {
            return ceiling.filter(most -> used >= most).isPresent();
        }

        /** As a reader is told. */
        public String words() {
            if (provider.equals(WaysOut.ANY.id())) {
                return ceiling.orElse(0L) + " recipients a day at each other receiver";
            }
            return ceiling.map(most -> "Step " + step + " of " + steps + " at " + provider + ": " + used + " of " + most
                            + " recipients today")
                    .orElseGet(() -> "Done at " + provider + ": " + used + " recipients today, without a limit");
        }
    }

    /**
     * @param state CLOSED: it is used; OPEN, OPEN_FOR_AUTH, HALF_OPEN, QUOTA_CLOSED
     * @param until when it may be tried again; absent: it may now
     * @param used recipients in the last day
     * @param quota of this node; absent: no limit
     * @param greetsInSeconds if that is so long that it has half its weight among those of its order
     */
    public record SmarthostAnswer(
            String name,
            String state,
            Optional<Instant> until,
            long used,
            Optional<Long> quota,
            Optional<Long> greetsInSeconds) {
        public SmarthostAnswer {
            name = Bounds.name(name);
            state = Bounds.name(state);
        }

        /** Recipients that it may be given today: none once it says so itself, whatever was counted; empty: no limit. */
        public Optional<Long> left() {
            return quota.map(most -> state.equals("QUOTA_CLOSED") ? 0 : Math.max(0, most - used));
        }

        /** The breaker's state as a reader is told. */
        public String works() {
            return switch (state) {
                case "CLOSED" -> "✓ works";
                case "HALF_OPEN" -> "◐ is being tried again";
                case "OPEN_FOR_AUTH" -> trialOr("✕ refused our credentials", "✕ refuses our credentials");
                case "QUOTA_CLOSED" ->
                    until.isPresent()
                            ? "✕ the day's quota is used"
                            : "✕ the day's quota was used; next: a message asks for more";
                default -> trialOr("✕ could not be reached", "✕ cannot be reached");
            };
        }

        /** Once the time is past for which it is left alone, the next message shows whether it is well. */
        private String trialOr(String past, String present) {
            return until.isPresent() ? present : past + "; next: a trial";
        }
    }

    /** @param waitingFor messages that wait because of our addresses, by reason */
    public static RoutingAnswer of(WaysOut ways, Map<String, Integer> waitingFor) {
        return new RoutingAnswer(
                ways.choices().stream().map(RoutingAnswer::choice).toList(),
                ways.lanes().stream()
                        .map(lane -> new LaneAnswer(
                                lane.route(), lane.provider().id(), lane.state(), lane.since(), lane.until()))
                        .toList(),
                ways.warmUps().stream().map(RoutingAnswer::warmUp).toList(),
                ways.smarthosts().stream()
                        .map(each -> new SmarthostAnswer(
                                each.name(),
                                each.state(),
                                each.until(),
                                each.used(),
                                optional(each.quota()),
                                each.greeting().map(Duration::toSeconds)))
                        .toList(),
                waitingFor.values().stream().mapToInt(Integer::intValue).sum(),
                waitingFor,
                ways.refusedBy().stream().map(ProviderId::id).toList());
    }

    private static Optional<Long> optional(OptionalLong number) {
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }

    private static WarmUpAnswer warmUp(WaysOut.WarmUpNow now) {
        return new WarmUpAnswer(
                now.route(),
                now.provider().id(),
                now.step(),
                now.steps(),
                now.used(),
                optional(now.ceiling()),
                now.until());
    }

    private static ChoiceAnswer choice(WaysOut.Choice choice) {
        long all = Math.max(
                1, choice.lately().values().stream().mapToLong(each -> each).sum());
        return new ChoiceAnswer(
                choice.provider().id(),
                choice.routes(),
                choice.tier().map(Enum::name),
                choice.why(),
                choice.until(),
                choice.lately().entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .map(each -> new ShareAnswer(each.getKey(), each.getValue(), (double) each.getValue() / all))
                        .collect(Collectors.toUnmodifiableList()),
                choice.detour());
    }
}
