package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.AddressAnswer;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.dnsbl.AnswerClass;
import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.ControlKind;
import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.HistoryFilter;
import io.mailvane.dnsbl.ListState;
import io.mailvane.dnsbl.MonitorStats;
import io.mailvane.dnsbl.Mute;
import io.mailvane.dnsbl.Operated;
import io.mailvane.dnsbl.OperatorOrder;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Recheck;
import io.mailvane.dnsbl.Remedy;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.Reputation.AddressCard;
import io.mailvane.dnsbl.Reputation.CellView;
import io.mailvane.dnsbl.Reputation.Lesson;
import io.mailvane.dnsbl.Reputation.ListView;
import io.mailvane.dnsbl.Reputation.ReceiverView;
import io.mailvane.dnsbl.ResolverMode;
import io.mailvane.dnsbl.Unmute;
import io.mailvane.dnsbl.Verdict;
import io.mailvane.dnsbl.Withdrawal;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A monitor that says what it is told to, and writes down what it is told to do. */
final class SampleReputation implements ReputationDesk.Monitored {
    static final String HOSTILE = "<script>alert(1)</script>\"'&";
    private static final Map<ControlKind, String> FINE =
            Map.of(ControlKind.POSITIVE, "ok", ControlKind.NEGATIVE, "ok", ControlKind.RANDOM, "ok");

    /** What comes of an order for an address. */
    volatile Operated.Effect effect = Operated.Effect.DONE;
    /** Whether no other address may send then. */
    volatile boolean alone;

    final List<String> orders = new CopyOnWriteArrayList<>();
    volatile Reputation reputation;
    /** What happened after all else, newest first. */
    volatile List<HistoryEvent> later = List.of();

    private final String node;
    private final Instant now;
    private final double watchedFrom;
    private Optional<Instant> recheck = Optional.empty();

    private record Sample(String id, String name, double weight, ListState state) {}

    private static final List<Sample> LISTS = List.of(
            new Sample("spamhaus-zen", "Spamhaus ZEN", 100, ListState.OK),
            new Sample("barracuda", "Barracuda BRBL", 60, ListState.OK),
            new Sample("abusix", "Abusix Mail Intelligence", 50, ListState.REFUSED),
            new Sample("spamcop", "SpamCop SCBL", 40, ListState.OK),
            new Sample("mailspike-bl", "Mailspike BL", 40, ListState.BLIND),
            new Sample("psbl", "PSBL", 25, ListState.OK),
            new Sample("blocklistde", "blocklist.de", 20, ListState.OK),
            new Sample("uceprotect-1", "UCEPROTECT L1", 15, ListState.OK),
            new Sample("nordspam", "NordSpam", 10, ListState.LIST_BROKEN),
            new Sample("dronebl", "DroneBL", 5, ListState.OK),
            new Sample("uceprotect-3", "UCEPROTECT L3", 0, ListState.OK),
            new Sample("bl.scientificspam.net", "ScientificSpam", 5, ListState.LIST_DEAD));

    private SampleReputation(String node, Instant now, double watchedFrom) {
        this.node = node;
        this.now = now;
        this.watchedFrom = watchedFrom;
        this.reputation = nothing();
    }

    /** Without a source. */
    static SampleReputation none(String node, Instant now) {
        return new SampleReputation(node, now, 10);
    }

    /** Three addresses on twelve lists, with cells of every kind. */
    static SampleReputation full(String node, Instant now) {
        return full(node, now, 10);
    }

    /** A person had every list asked, and it says what it said before. */
    void answerRecheck(Instant at) {
        recheck = Optional.of(at);
        reputation = matrix();
    }

    /** @param watchedFrom what weighs less is informational */
    static SampleReputation full(String node, Instant now, double watchedFrom) {
        var sample = new SampleReputation(node, now, watchedFrom);
        sample.reputation = sample.matrix();
        return sample;
    }

    /** So many addresses, of which every list says the same. */
    static Reputation many(int addresses, int lists, CellState state, Overlay overlay, Instant now) {
        var sample = new SampleReputation("zone-a", now, 10);
        boolean isKnown = overlay == Overlay.NONE && state != CellState.NONE;
        var cards = IntStream.range(0, addresses)
                .mapToObj(i -> sample.card("s" + i, "203.0.113." + (100 + i), State.ACTIVE, 0, "no list names it"))
                .map(card -> isKnown ? card : unknown(card))
                .toList();
        var known = IntStream.range(0, lists)
                .mapToObj(i -> new Sample("blacklist-number-" + i, "Blacklist " + i, 40, ListState.OK))
                .toList();
        var cells = cards.stream()
                .flatMap(card -> known.stream().map(list -> sample.view(card.ip(), list, state, overlay)))
                .toList();
        var verdict = new Verdict(
                "All healthy", List.of(), 0, Optional.empty(), Verdict.Tone.OK, Optional.of(now), now.plusSeconds(600));
        return new Reputation(
                now, verdict, "", cards, cells, known.stream().map(sample::list).toList(), List.of());
    }

    private Reputation nothing() {
        var verdict = new Verdict(
                "Nothing is monitored", List.of(), 0, Optional.empty(), Verdict.Tone.STALE, Optional.empty(), now);
        return new Reputation(now, verdict, "", List.of(), List.of(), List.of(), List.of());
    }

    private Reputation matrix() {
        var cards = List.of(
                card("a1", "203.0.113.11", State.QUARANTINED, 100, "listed on Spamhaus CSS"),
                card("a2", "203.0.113.12", State.RECOVERING, 5, "back since 10:02, by the ramp"),
                card("a3", "2001:db8::25", State.ACTIVE, 0, "no list that counts names it"));
        var cells = new ArrayList<CellView>();
        for (var card : cards) {
            LISTS.forEach(list -> cell(card.ip(), list).ifPresent(cells::add));
        }
        var verdict = new Verdict(
                "2 of 3 addresses healthy",
                List.of(new Verdict.Listing("203.0.113.11 listed on Spamhaus CSS", now.minus(Duration.ofMinutes(130)))),
                0,
                Optional.of(now.plus(Duration.ofMinutes(4))),
                Verdict.Tone.BAD,
                Optional.of(now.minusSeconds(40)),
                now.plus(Duration.ofHours(2)));
        return new Reputation(
                now,
                verdict,
                "",
                cards,
                cells,
                LISTS.stream().map(this::list).toList(),
                List.of("a1 (203.0.113.11) is QUARANTINED: listed on Spamhaus CSS"));
    }

    private AddressCard card(String source, String ip, State state, double score, String why) {
        boolean climbs = state == State.RECOVERING;
        var until = climbs ? Optional.of(now.plus(Duration.ofMinutes(50))) : Optional.<Instant>empty();
        var standing = new SourceStanding(source, state, climbs ? 0.2 : 1, score, Map.of(), why, until);
        return new AddressCard(
                ip,
                standing,
                score,
                now.minus(Duration.ofMinutes(130)),
                climbs ? 3 : 0,
                climbs ? 6 : 0,
                Optional.of(now.plus(Duration.ofMinutes(4))),
                true,
                source.equals("a3"),
                state == State.QUARANTINED ? List.of("spamhaus-zen") : List.of(),
                true,
                Optional.empty(),
                List.of());
    }

    private static AddressCard like(
            AddressCard card, String ip, SourceStanding standing, Optional<Withdrawal> withdrawal) {
        return new AddressCard(
                ip,
                standing,
                card.score(),
                withdrawal.map(Withdrawal::since).orElse(card.since()),
                withdrawal.isPresent() ? 0 : card.step(),
                withdrawal.isPresent() ? 0 : card.steps(),
                card.nextCheck(),
                card.admitted(),
                card.warm(),
                card.listedOn(),
                card.known(),
                withdrawal,
                card.admission());
    }

    /** Eva took it out an hour ago, for three hours; for good if it is retired. */
    void withdraw(String source, State state) {
        var old = reputation;
        var until = Optional.of(now.plus(Duration.ofHours(2))).filter(_ -> state != State.RETIRED);
        var word = new Withdrawal("Eva", "a new PTR", now.minus(Duration.ofHours(1)), until);
        var why = "by the operator (Eva): a new PTR"
                + until.map(end -> ", until " + end).orElse("");
        var standing = new SourceStanding(source, state, 0, 0, Map.of(), why, until);
        reputation = new Reputation(
                old.asOf().plusSeconds(1),
                old.verdict(),
                old.notice(),
                old.addresses().stream()
                        .map(card -> card.source().equals(source)
                                ? like(card, card.ip(), standing, Optional.of(word))
                                : card)
                        .toList(),
                old.cells(),
                old.lists(),
                old.alarms());
    }

    /** Most lists say nothing now. */
    private static AddressCard unknown(AddressCard card) {
        return new AddressCard(
                card.ip(),
                card.standing(),
                card.score(),
                card.since(),
                card.step(),
                card.steps(),
                card.nextCheck(),
                card.admitted(),
                card.warm(),
                card.listedOn(),
                false,
                card.withdrawal(),
                card.admission());
    }

    private Optional<CellView> cell(String ip, Sample list) {
        boolean ipv6 = ip.contains(":");
        if (ipv6 && !list.id().equals("spamhaus-zen") && !list.id().equals("blocklistde")) {
            return Optional.empty();
        }
        var at = ip + " " + list.id();
        var state = switch (at) {
            case "203.0.113.11 spamhaus-zen", "203.0.113.11 uceprotect-3", "203.0.113.11 abusix" -> CellState.LISTED;
            case "203.0.113.11 psbl" -> CellState.SUSPECT;
            case "203.0.113.12 spamcop" -> CellState.CLEARING;
            default -> CellState.CLEAN;
        };
        var overlay = switch (list.state()) {
            case REFUSED -> Overlay.REFUSED;
            case BLIND -> Overlay.BLIND;
            case LIST_BROKEN -> Overlay.BROKEN;
            case LIST_DEAD -> Overlay.DEAD;
            case OK, UNKNOWN -> at.equals("203.0.113.12 blocklistde") ? Overlay.MUTED : Overlay.NONE;
        };
        return Optional.of(view(ip, list, state, overlay));
    }

    private CellView view(String ip, Sample list, CellState state, Overlay overlay) {
        boolean listed = state == CellState.LISTED;
        var seen = listed ? Optional.of(now.minus(Duration.ofMinutes(132))) : Optional.<Instant>empty();
        return new CellView(
                ip,
                list.id(),
                state,
                overlay,
                (listed || state == CellState.CLEARING) && list.weight() >= watchedFrom,
                new Reputation.Claim(
                        listed ? List.of("127.0.0.3") : List.of(),
                        listed ? "CSS" : "",
                        listed ? list.weight() : 0,
                        Remedy.SELF_SERVICE,
                        listed ? "https://check.spamhaus.org/ " + HOSTILE : "",
                        "https://check.spamhaus.org/"),
                new Reputation.Times(
                        now.minus(Duration.ofMinutes(130)),
                        seen,
                        seen,
                        Optional.of(now.minusSeconds(40)),
                        state == CellState.NONE ? Optional.empty() : Optional.of(now.minusSeconds(40)),
                        recheck),
                new Reputation.Asked(
                        "198.51.100.53:53",
                        ResolverMode.DIRECT,
                        Duration.ofMillis(23),
                        Optional.of(listed ? AnswerClass.POSITIVE : AnswerClass.NEGATIVE),
                        "",
                        Optional.of(Duration.ofMinutes(5))),
                state == CellState.SUSPECT ? 1 : 0,
                Optional.of(now.plus(Duration.ofMinutes(4))),
                overlay == Overlay.MUTED
                        ? Optional.of(new Mute(now.plus(Duration.ofDays(1)), "known, asked for removal", "Eva"))
                        : Optional.empty(),
                FINE);
    }

    private List<ReceiverView> receivers() {
        var until = now.plus(Duration.ofDays(30));
        return List.of(
                new ReceiverView("*", 1, 1, Optional.empty()),
                new ReceiverView(
                        "gmx.net",
                        0.5,
                        1,
                        Optional.of(new Lesson.Took(now.minusSeconds(60), until, 512, Duration.ofHours(24)))),
                new ReceiverView(
                        "google",
                        1,
                        0.2,
                        Optional.of(new Lesson.Cited(now.minusSeconds(120), until, "550 listed " + HOSTILE))));
    }

    private ListView list(Sample list) {
        return new ListView(
                list.id(),
                list.name(),
                list.id() + ".example",
                list.id(),
                new Reputation.Weight(
                        list.weight(),
                        list.weight() >= watchedFrom,
                        list.id().equals("spamhaus-zen") ? receivers() : List.of()),
                list.state(),
                ResolverMode.DIRECT,
                list.id().equals("abusix"),
                list.state() == ListState.BLIND
                        ? Map.of(
                                ControlKind.POSITIVE,
                                "not listed",
                                ControlKind.NEGATIVE,
                                "ok",
                                ControlKind.RANDOM,
                                "ok")
                        : FINE,
                Optional.of(now.minus(Duration.ofMinutes(11))),
                768,
                20_000,
                "");
    }

    @Override
    public List<HistoryEvent> events(HistoryFilter filter) {
        if (reputation.addresses().isEmpty()) {
            return List.of();
        }
        var sooner = Stream.of(
                event(130, HistoryEvent.Kind.ADDRESS, "203.0.113.11", "a1", "ACTIVE QUARANTINED"),
                event(130, HistoryEvent.Kind.CELL, "203.0.113.11", "spamhaus-zen", "SUSPECT LISTED"),
                event(132, HistoryEvent.Kind.CELL, "203.0.113.11", "spamhaus-zen", "CLEAN SUSPECT"),
                event(200, HistoryEvent.Kind.REPLY, "203.0.113.12", "microsoft", "- spamcop"),
                event(240, HistoryEvent.Kind.ADDRESS, "203.0.113.12", "a2", "QUARANTINED RECOVERING"),
                event(300, HistoryEvent.Kind.CELL, "203.0.113.12", "spamcop", "LISTED CLEARING"),
                event(700, HistoryEvent.Kind.CELL, "203.0.113.12", "spamcop", "SUSPECT LISTED"));
        return Stream.concat(later.stream(), sooner)
                .filter(event -> filter.subject().map(event.subject()::equals).orElse(true))
                .filter(event -> filter.object().map(event.object()::equals).orElse(true))
                .filter(event -> filter.kinds().isEmpty() || filter.kinds().contains(event.kind()))
                .limit(filter.limit())
                .toList();
    }

    HistoryEvent event(long minutesAgo, HistoryEvent.Kind kind, String subject, String object, String change) {
        var states = change.split(" ");
        return new HistoryEvent(
                minutesAgo,
                now.minus(Duration.ofMinutes(minutesAgo)),
                kind,
                subject,
                object,
                states[0],
                states[1],
                kind == HistoryEvent.Kind.REPLY ? "550 5.7.1 blocked " + HOSTILE : "Spamhaus CSS");
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public Reputation reputation() {
        return reputation;
    }

    @Override
    public Map<String, AddressAnswer.Setup> setups() {
        return Map.of(
                "a1", new AddressAnswer.Setup(node, "10.0.0.11", "out1.example"),
                "a2", new AddressAnswer.Setup(node, "10.0.0.12", "out2.example"),
                "a3", new AddressAnswer.Setup(node, "2001:db8::25", "out3.example"));
    }

    @Override
    public MonitorStats stats() {
        return new MonitorStats(
                Map.of("spamcop", Map.of(AnswerClass.NEGATIVE, 7L, AnswerClass.UNKNOWN, 1L)),
                Map.of("spamcop", 0.5),
                0);
    }

    @Override
    public Optional<Recheck> recheck(String ip, String list) {
        return order("recheck " + ip + " " + list, ip, list) ? Optional.of(Recheck.ASKING) : Optional.empty();
    }

    @Override
    public boolean mute(String ip, String list, Mute mute) {
        return order("mute " + ip + " " + list + " " + mute, ip, list);
    }

    @Override
    public Optional<Unmute> unmute(String ip, String list, String who) {
        return order("unmute " + ip + " " + list + " " + who, ip, list)
                ? Optional.of(Unmute.UNMUTED)
                : Optional.empty();
    }

    @Override
    public Optional<Operated> operate(String source, OperatorOrder order) {
        var known = reputation.card(source);
        known.ifPresent(_ -> orders.add(source + " " + order));
        return known.map(card -> new Operated(effect, ordered(card, order), alone));
    }

    private static State ordered(AddressCard card, OperatorOrder order) {
        return switch (order.operation()) {
            case DRAIN -> State.DRAINING;
            case DISABLE -> State.DISABLED;
            case RETIRE -> State.RETIRED;
            case ENABLE -> card.state();
        };
    }

    private boolean order(String order, String ip, String list) {
        boolean known = reputation.cell(ip, list).isPresent();
        if (known) {
            orders.add(order);
        }
        return known;
    }
}
