package io.mailvane.route;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.Classification;
import io.mailvane.reply.Classification.Extent;
import io.mailvane.reply.Confidence;
import io.mailvane.reply.ReplyClass;
import io.mailvane.reply.ReplyPhase;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Ways out with a clock that stands still until it is told to go on. */
final class World {
    static final Instant START = Instant.parse("2026-11-25T00:00:00Z");
    static final ProviderId GOOGLE = new ProviderId("google");
    static final ProviderId MICROSOFT = new ProviderId("microsoft");
    static final ProviderId CISCO = new ProviderId("cisco");
    static final ProviderId GENERIC = new ProviderId("elsewhere.example");
    static final ReversePath SENDER = ReversePath.of(Mailbox.parse("me@shop.example"));

    final List<RouteEvent> events = Collections.synchronizedList(new ArrayList<>());
    final List<Opening> openings = Collections.synchronizedList(new ArrayList<>());
    final Egress egress;
    private Instant now = START;
    private long ids;

    World(Setup setup) {
        egress = new Egress(setup, () -> now, new Random(1), events::add, openings::add);
    }

    static World of(int sources, int smarthosts) {
        return new World(setup(RoutingSettings.DEFAULT, sources, smarthosts, Long.MAX_VALUE));
    }

    /** Smarthosts sh1 and sh2, of the same order. */
    static World ofEqualSmarthosts() {
        var relays = IntStream.rangeClosed(1, 2)
                .mapToObj(i -> new Setup.Smarthost("sh" + i, 1, Long.MAX_VALUE, Long.MAX_VALUE, account(i)))
                .toList();
        return new World(new Setup(RoutingSettings.DEFAULT, List.of(), relays));
    }

    /** Sources a1, a2 ... in networks of their own, smarthosts sh1, sh2 ... */
    static Setup setup(RoutingSettings settings, int sources, int smarthosts, long quota) {
        var own = new ArrayList<Setup.OwnAddress>();
        for (int i = 1; i <= sources; i++) {
            own.add(new Setup.OwnAddress("a" + i, address("198.51." + i + ".1"), 1));
        }
        var relays = new ArrayList<Setup.Smarthost>();
        for (int i = 1; i <= smarthosts; i++) {
            relays.add(new Setup.Smarthost("sh" + i, i, quota, Long.MAX_VALUE, account(i)));
        }
        return new Setup(settings, own, relays);
    }

    private static Setup.Account account(int smarthost) {
        return new Setup.Account("sh" + smarthost + ".example:587", "");
    }

    static RoutingSettings holding() {
        return settings(RoutingSettings.WhenNoRoute.HOLD, RoutingSettings.BulkBySmarthost.YES);
    }

    static RoutingSettings settings(RoutingSettings.WhenNoRoute none, RoutingSettings.BulkBySmarthost bulk) {
        var d = RoutingSettings.DEFAULT;
        return new RoutingSettings(
                none,
                d.thresholds(),
                d.switches(),
                d.struckAddresses(),
                d.strikeWindow(),
                d.greylistPin(),
                d.patience(),
                bulk,
                d.lanes(),
                d.ramp(),
                d.warmUp(),
                d.smarthosts());
    }

    static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    Instant now() {
        return now;
    }

    World after(Duration time) {
        now = now.plus(time);
        return this;
    }

    MailFacts mail(ProviderId provider) {
        return MailFacts.of(++ids, provider, SENDER);
    }

    /** What a message of a class is like that has waited for so long. */
    static MailFacts like(MailFacts mail, MailClass mailClass, Duration waited) {
        return new MailFacts(
                mail.id(),
                mail.provider(),
                mail.reversePath(),
                mail.recipients(),
                mail.size(),
                mailClass,
                waited,
                mail.lifeLeft(),
                mail.allowed(),
                mail.refused(),
                mail.unable(),
                mail.pin());
    }

    static MailFacts allowed(MailFacts mail, Allowed allowed) {
        return new MailFacts(
                mail.id(),
                mail.provider(),
                mail.reversePath(),
                mail.recipients(),
                mail.size(),
                mail.mailClass(),
                mail.waited(),
                mail.lifeLeft(),
                allowed,
                Set.of(),
                Set.of(),
                Optional.empty());
    }

    /** Name and tier of the way, or "hold" and why. */
    static String way(Decision decision) {
        return switch (decision) {
            case Decision.Send send ->
                send.chosen().route().name() + " " + send.chosen().tier()
                        + (send.purpose() == Decision.Purpose.BEST ? "" : " " + send.purpose());
            case Decision.Hold hold ->
                "hold " + hold.reason()
                        + hold.until()
                                .map(until -> " " + Duration.between(START, until))
                                .orElse("");
        };
    }

    String choose(ProviderId provider) {
        return way(choose(mail(provider)));
    }

    /** Nothing else is chosen until what it took is over. */
    Decision choose(MailFacts mail) {
        var decision = egress.choose(mail);
        if (decision instanceof Decision.Send send) {
            egress.ended(send.permit());
        }
        return decision;
    }

    void standing(String source, State state, double share, double penalty, Map<ProviderId, Double> penalties) {
        egress.standings(Map.of(
                source,
                new SourceStanding(source, state, share, penalty, penalties, "listed on a list", Optional.empty())));
    }

    /** Receivers are to come to know it. */
    void warming(String source, Growth growth) {
        warming(source, State.WARMING, growth);
    }

    void warming(String source, State state, Growth growth) {
        egress.standings(Map.of(
                source,
                new SourceStanding(
                        source, state, 1, Map.of(), 0, Map.of(), "its volume grows", Optional.empty(), growth)));
    }

    /** @param grows when the share does */
    void recovering(String source, double share, Instant grows) {
        egress.standings(Map.of(
                source,
                new SourceStanding(source, State.RECOVERING, share, 0, Map.of(), "comes back", Optional.of(grows))));
    }

    /** A message that is not among the {@code share} of a source. */
    MailFacts mailBeyond(String source, double share) {
        var mail = mail(GENERIC);
        return Rendezvous.fraction(mail.id(), source) < share ? mailBeyond(source, share) : mail;
    }

    static Classification meaning(ReplyClass replyClass) {
        return new Classification(replyClass, Confidence.HIGH, "TEST", Extent.ADDRESS, Optional.empty(), List.of());
    }

    /** What a message takes of its way. */
    Permit take(MailFacts mail) {
        return ((Decision.Send) egress.choose(mail)).permit();
    }

    void hear(Route route, MailFacts mail, ReplyClass replyClass, int recipient) {
        hear(Permit.plain(route, mail.provider()), mail, replyClass, recipient);
    }

    void hear(Permit permit, MailFacts mail, ReplyClass replyClass, int recipient) {
        egress.heard(
                permit, mail, new Heard(meaning(replyClass), ReplyPhase.RCPT, recipient, "550 5.7.1 " + replyClass));
    }

    /** Of so many deliveries to a smarthost none was connected. */
    void unreached(String smarthost, int times) {
        for (int i = 0; i < times; i++) {
            egress.unreached(Permit.plain(smarthost(smarthost), GENERIC));
        }
    }

    static Route source(String name) {
        return new Route(Route.Kind.SOURCE, name);
    }

    static Route smarthost(String name) {
        return new Route(Route.Kind.SMARTHOST, name);
    }
}
