package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Attempt;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Egress;
import io.mailvane.route.MailFacts;
import io.mailvane.route.Route;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the end of a delivery means: for its way, its pin and its quota, and for each recipient, whose outcome stands and is written while
 * the connection goes on, or who goes on by another way. Any number of threads.
 */
final class Outcomes {
    private final InstantSource clock;
    private final Verdicts verdicts;
    private final Egress egress;
    private final Rounds rounds;
    private final HeldRounds held;
    private final AttemptLog log;
    private final Settlements settlements;
    private final Router router;

    /** Who finds ways. */
    interface Router {
        /** By another way, or it waits. */
        void route(Round round);

        /** A way was shut by what was said of it, and others' mail may wait for it. Returns at once. */
        void shut();
    }

    Outcomes(
            Surroundings surroundings,
            Egress egress,
            Rounds rounds,
            HeldRounds held,
            AttemptLog log,
            Settlements settlements,
            Router router) {
        this.clock = surroundings.clock();
        this.verdicts = new Verdicts(egress, surroundings.evidence());
        this.egress = egress;
        this.rounds = rounds;
        this.held = held;
        this.log = log;
        this.settlements = settlements;
        this.router = router;
    }

    /** Recipients of a job by what is to become of them. One thread. */
    private static final class Judged {
        private final Map<Integer, DeliveryOutcome> standing = new LinkedHashMap<>();
        private final Map<Integer, DeliveryOutcome> goingOn = new LinkedHashMap<>();
        private final List<Integer> ours = new ArrayList<>();
        private final List<Integer> unsure = new ArrayList<>();
        private boolean isGreylisted;

        void add(int recipient, DeliveryOutcome outcome, Verdicts.Verdict verdict) {
            switch (verdict) {
                case FINAL -> standing.put(recipient, outcome);
                case SAME_WAY -> {
                    standing.put(recipient, outcome);
                    isGreylisted = true;
                }
                case UNSURE -> {
                    standing.put(recipient, outcome);
                    unsure.add(recipient);
                }
                case OUR_ADDRESS -> {
                    standing.put(recipient, outcome);
                    ours.add(recipient);
                }
                case NEXT_WAY -> goingOn.put(recipient, outcome);
            }
        }

        boolean isAllRelayed() {
            return goingOn.isEmpty() && standing.values().stream().allMatch(DeliveryOutcome.Relayed.class::isInstance);
        }
    }

    /** Hears what was said of each recipient: some outcomes stand, some recipients go on by another way. */
    void attempted(Job begun, DeliveryReport.Attempted report) {
        var now = clock.instant();
        var job = log.past(begun, report.passed(), now);
        long view = held.view();
        var judged = judge(job, report, now);
        giveBackQuota(job, report);
        job.choice().ifPresent(chosen -> report.greeting().ifPresent(took -> egress.greeted(chosen.permit(), took)));
        job.choice().ifPresent(chosen -> report.echo().ifPresent(echo -> egress.seen(chosen.permit(), echo)));
        ended(job);
        if (!judged.isAllRelayed()) {
            tellIfShut(job);
        }
        pin(job, judged);
        if (!judged.standing.isEmpty()) {
            var pause = new Settlements.Pause(slowed(job, judged.ours, view), judged.unsure);
            settle(job, judged.standing, report, pause);
        }
        if (!judged.goingOn.isEmpty()) {
            goOn(job, judged.goingOn, report);
        }
    }

    private Judged judge(Job job, DeliveryReport.Attempted report, Instant now) {
        var hearing = verdicts.hearing(job, report.relay(), report.heard(), now);
        var judged = new Judged();
        for (int i = 0; i < job.recipients().size(); i++) {
            int recipient = job.recipients().get(i);
            var outcome = report.outcomes().get(i);
            judged.add(recipient, outcome, hearing.judge(recipient, outcome));
        }
        return judged;
    }

    /** Of what is refused for good a smarthost's quota knows nothing; a receiver that is to know our address was given it. */
    private void giveBackQuota(Job job, DeliveryReport.Attempted report) {
        job.choice().ifPresent(chosen -> {
            boolean isRelay = chosen.route().kind() == Route.Kind.SMARTHOST;
            long kept = report.outcomes().stream()
                    .filter(each -> report.mayHaveTaken(each) || (!isRelay && each instanceof DeliveryOutcome.Failed))
                    .count();
            egress.giveBack(chosen.permit(), job.recipients().size() - (int) kept);
        });
    }

    /** Whatever kept this message's way open to it keeps it open to others, or has not. */
    private void tellIfShut(Job job) {
        boolean isShut = job.choice()
                .filter(chosen -> !egress.isOpen(chosen.permit(), chosen.round().facts()))
                .isPresent();
        if (isShut) {
            router.shut();
        }
    }

    /** Before another way is chosen: this one counts no more among those under way. */
    private void ended(Job job) {
        job.choice().ifPresent(chosen -> egress.ended(chosen.permit()));
    }

    private void pin(Job job, Judged judged) {
        if (!judged.unsure.isEmpty()) {
            rounds.unsure(job);
        } else if (judged.isGreylisted) {
            rounds.greylisted(job);
        }
        if (judged.isAllRelayed()) {
            rounds.unpin(job.message().id(), job.provider());
        }
    }

    private Optional<Settlements.Waiting> slowed(Job job, List<Integer> recipients, long view) {
        return job.choice().filter(_ -> !recipients.isEmpty()).map(chosen -> held.slowed(chosen, recipients, view));
    }

    private void goOn(Job job, Map<Integer, DeliveryOutcome> refused, DeliveryReport.Attempted report) {
        var round = job.choice().orElseThrow().round();
        var facts = round.facts().refusedBy(job.choice().orElseThrow().route().name());
        router.route(round.after(Round.Tried.of(Round.How.REFUSED, job, report), refused, facts));
    }

    /** As {@link Site.Courier#noConnection}. */
    void noConnection(Job job, DeliveryReport.NoConnection report) {
        var permit = job.choice().map(Job.Chosen::permit);
        var now = clock.instant();
        if (permit.isPresent() && report.refusal().isPresent()) {
            var refusal = report.refusal().get();
            verdicts.hear(job, job.recipients().getFirst(), refusal.reply(), report.relay(), refusal.phase(), now);
        }
        boolean isMute = report.refusal()
                .filter(each -> each.phase() != ReplyPhase.GREETING)
                .isEmpty();
        if (isMute) {
            permit.ifPresent(egress::unreached);
        }
        tellIfShut(job);
        noConnectionEither(log.past(job, report.passed(), now), report);
    }

    /** As {@link Site.Courier#noConnectionEither}. */
    void noConnectionEither(Job job, DeliveryReport.NoConnection report) {
        var all = deferred(job, report.reply());
        boolean refused = isForOurAddress(job, report);
        var tried = Round.Tried.of(refused ? Round.How.REFUSED : Round.How.UNREACHED, job, report);
        ended(job);
        if (job.choice().isPresent()) {
            var chosen = job.choice().get();
            egress.giveBack(chosen.permit(), job.recipients().size());
            router.route(chosen.round().after(tried, all, without(job, chosen, report)));
        } else if (job.next().isPresent()) {
            var round = rounds.begin(job.message(), job.recipients(), job.next().get(), job.takenNanos());
            router.route(round.after(tried, all, round.facts()));
        } else {
            defer(job, report.relay(), report.reply(), report.timing());
        }
    }

    /** Refused for our address, or not able to set out from it, another of ours may do; else nobody of ours will. */
    private MailFacts without(Job job, Job.Chosen chosen, DeliveryReport.NoConnection report) {
        var facts = chosen.round().facts();
        var name = chosen.route().name();
        if (report.side() == DeliveryReport.Side.OURS) {
            return facts.unable(name);
        }
        return isForOurAddress(job, report) || chosen.route().kind() == Route.Kind.SMARTHOST
                ? facts.refusedBy(name)
                : facts.unreached();
    }

    private boolean isForOurAddress(Job job, DeliveryReport.NoConnection report) {
        return report.refusal()
                .filter(each -> verdicts.isAboutOurAddress(job, each, report.relay()))
                .isPresent();
    }

    /** All of a job's recipients, for what is no recipient's own. */
    void defer(Job job, String relay, SmtpReply reply, DeliveryReport.Timing timing) {
        var all = deferred(job, reply);
        var report =
                new DeliveryReport.Attempted(relay, List.copyOf(all.values()), DeliveryReport.Dsn.HANDED_ON, timing);
        settle(job, all, report, Settlements.Pause.NONE);
    }

    private static Map<Integer, DeliveryOutcome> deferred(Job job, SmtpReply reply) {
        var all = new LinkedHashMap<Integer, DeliveryOutcome>();
        var outcome = new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.DESTINATION, reply);
        job.recipients().forEach(recipient -> all.put(recipient, outcome));
        return all;
    }

    private void settle(
            Job job, Map<Integer, DeliveryOutcome> outcomes, DeliveryReport.Attempted report, Settlements.Pause pause) {
        var attempts = new ArrayList<Attempt>(job.choice()
                .map(chosen -> chosen.round().made(outcomes::containsKey))
                .orElse(List.of()));
        outcomes.forEach((recipient, outcome) -> {
            var attempt = attempt(job, recipient, report.relay(), outcome);
            attempts.add(attempt);
            log.write(job, attempt, report.timing());
        });
        settlements.settle(job.message(), attempts, report.dsn(), pause);
    }

    private Attempt attempt(Job job, int recipient, String relay, DeliveryOutcome outcome) {
        return new Attempt(recipient, clock.instant(), job.way().route(), relay, outcome, job.why());
    }
}
