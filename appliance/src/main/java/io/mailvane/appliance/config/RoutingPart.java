package io.mailvane.appliance.config;

import io.mailvane.dnsbl.RoutingSettings;
import io.mailvane.route.MailClass;
import io.mailvane.route.RampSteps;
import io.mailvane.route.RoutingSettings.BulkBySmarthost;
import io.mailvane.route.RoutingSettings.Lanes;
import io.mailvane.route.RoutingSettings.Smarthosts;
import io.mailvane.route.RoutingSettings.Thresholds;
import io.mailvane.route.RoutingSettings.WhenNoRoute;
import io.mailvane.route.ThrottleShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code [routing]}: what a listing does to an address of ours, and what that and receivers' replies do to the way of mail. */
final class RoutingPart {
    private static final int WHOLE = 100;
    /** With 0, an address that no list names would be held back, degraded or out. */
    private static final double LEAST_SCORE = 1;

    private static final int MOST_SWITCHES = 20;
    private static final int MOST_STRIKES = 8;
    private static final int MANY = 1000;
    private static final int MOST_ACCEPTED = 10_000_000;
    private static final int MOST_SENDERS = 50;
    private static final double HIGHEST = 1_000_000;

    private final Section routing;
    private final Numbers numbers;

    RoutingPart(Section top) {
        this.routing = top.section("routing");
        this.numbers = new Numbers(routing);
    }

    /** What a listing does to an address. */
    RoutingSettings judging() {
        var base = RoutingSettings.DEFAULT;
        var flap = flap(base.flap());
        var learning = learning(base.learning());
        return numbers.checked(
                base,
                () -> new RoutingSettings(
                        numbers.decimal("score-out", LEAST_SCORE, WHOLE, base.scoreOut()),
                        numbers.decimal("score-degraded", LEAST_SCORE, WHOLE, base.scoreDegraded()),
                        numbers.decimal("score-watch", LEAST_SCORE, WHOLE, base.scoreWatch()),
                        numbers.decimal("minor-cap", 0, WHOLE, base.minorCap()),
                        routing.get("ramp", Reading.someOf(Reading.number(1, WHOLE)), base.ramp()),
                        numbers.time("ramp-step", base.rampStep()),
                        numbers.time("ramp-step-max", base.rampStepMax()),
                        routing.get(
                                        "when-no-route",
                                        Reading.word(Map.of("hold", "hold", "last-resort", "last-resort")),
                                        "last-resort")
                                .equals("last-resort"),
                        flap,
                        learning));
    }

    /**
     * Domains in which mail is sent from here: not those of which it is taken, many of which only receive.
     *
     * @param sources that are held against their records
     */
    List<String> senderDomains(List<SourceAddress> sources) {
        var domains = routing.get(
                "sender-domains",
                Reading.atMost(MOST_SENDERS, Reading.setOf(Reading.of(RelayPart::domainKey))),
                List.<String>of());
        if (!domains.isEmpty() && sources.isEmpty()) {
            routing.warn("sender-domains", "is not used: there is no [[source]] that their SPF records could let send");
        }
        return domains;
    }

    /**
     * How a way is chosen by what was judged.
     *
     * @param judged the numbers that both share
     */
    io.mailvane.route.RoutingSettings choice(RoutingSettings judged) {
        var base = io.mailvane.route.RoutingSettings.DEFAULT;
        var settings = new io.mailvane.route.RoutingSettings(
                judged.lastResort() ? WhenNoRoute.LAST_RESORT : WhenNoRoute.HOLD,
                new Thresholds(judged.scoreWatch(), judged.scoreDegraded(), judged.scoreOut()),
                numbers.whole("switches", 0, MOST_SWITCHES, base.switches()),
                numbers.whole("struck-addresses", 1, MANY, base.struckAddresses()),
                numbers.time("strike-window", base.strikeWindow()),
                numbers.time("greylist-pin", base.greylistPin()),
                patience(base.patience()),
                routing.get("bulk-by-smarthost", Reading.flag())
                        .map(allowed -> allowed ? BulkBySmarthost.YES : BulkBySmarthost.NO)
                        .orElse(BulkBySmarthost.WHERE_NAMED),
                lanes(base.lanes()),
                new RampSteps(judged.ramp(), judged.rampStep(), judged.rampStepMax()),
                base.warmUp().lasting(numbers.time("warm-step", base.warmUp().day())),
                smarthosts(base.smarthosts()));
        routing.end();
        return settings;
    }

    private Map<MailClass, Duration> patience(Map<MailClass, Duration> base) {
        return Arrays.stream(MailClass.values())
                .collect(Collectors.toMap(
                        each -> each,
                        each -> routing.get(
                                "wait-" + each.name().toLowerCase(Locale.ROOT),
                                Reading.durationOrNone(),
                                base.getOrDefault(each, Duration.ZERO))));
    }

    private Lanes lanes(Lanes base) {
        var ladder = new ArrayList<Duration>();
        ladder.add(numbers.time("cooldown", base.ladder().getFirst()));
        ladder.addAll(routing.get(
                "blocked",
                Reading.someOf(Reading.secondsOrMore()),
                base.ladder().subList(1, base.ladder().size())));
        return new Lanes(
                numbers.whole("strikes", 1, MOST_STRIKES, base.strikes()),
                ladder,
                Math.min(base.rungAfterStrikes(), ladder.size() - 1),
                numbers.time("strikes-within", base.strikesWithin()),
                base.probesPerHour(),
                base.probeLife(),
                numbers.whole("rate-replies", 1, MANY, base.rateReplies()),
                numbers.time("rate-cooldown", base.rateCooldown()),
                new ThrottleShape(
                        numbers.decimal("slow-factor", 0.01, 0.99, base.slow().factor()),
                        numbers.decimal("slow-floor", 0.01, HIGHEST, base.slow().floor()),
                        base.slow().step(),
                        base.slow().every()));
    }

    private Smarthosts smarthosts(Smarthosts base) {
        int window = numbers.whole("breaker-window", 1, MANY, base.window());
        return new Smarthosts(
                numbers.whole("breaker-failures", 1, MANY, base.failuresInRow()),
                window,
                Math.min(window, base.windowLeast()),
                base.windowTime(),
                percent("breaker-percent", 1, base.failedPart()),
                base.openFirst(),
                base.openMost(),
                base.probes(),
                base.authOpen(),
                percent("smarthost-reserve", 0, base.reserve()),
                base.ineligible(),
                base.slow());
    }

    /** @return a part of a whole */
    private double percent(String key, int least, double ifAbsent) {
        int most = least == 0 ? WHOLE - 1 : WHOLE;
        return numbers.whole(key, least, most, (int) Math.round(ifAbsent * WHOLE)) / (double) WHOLE;
    }

    private RoutingSettings.Learning learning(RoutingSettings.Learning base) {
        return numbers.checked(
                base,
                () -> new RoutingSettings.Learning(
                        routing.get("learn", Reading.flag(), base.on()),
                        numbers.time("learn-for", base.lasts()),
                        numbers.whole("learn-accepted", 1, MOST_ACCEPTED, base.accepted()),
                        numbers.time("learn-over", base.over()),
                        numbers.decimal("learn-floor", 0, 1, base.floor())));
    }

    private RoutingSettings.Flap flap(RoutingSettings.Flap base) {
        return numbers.checked(
                base,
                () -> new RoutingSettings.Flap(
                        numbers.decimal("flap-penalty", 1, HIGHEST, base.penalty()),
                        numbers.time("flap-half-life", base.halfLife()),
                        numbers.decimal("flap-suppress", 1, HIGHEST, base.suppress()),
                        numbers.decimal("flap-reuse", 1, HIGHEST, base.reuse()),
                        numbers.time("flap-max", base.max())));
    }
}
