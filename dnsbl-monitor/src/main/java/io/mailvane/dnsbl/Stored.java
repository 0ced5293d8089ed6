package io.mailvane.dnsbl;

import io.mailvane.dnsbl.Cell.Listing;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known in the form in which it is stored: as JSON, times in milliseconds of the wall clock. What later versions add is absent at first.
 * The constructors refuse what cannot be meant: a missing part, or a word that only a later version knows.
 */
final class Stored {
    private Stored() {}

    private static void require(String... parts) {
        for (var part : parts) {
            Objects.requireNonNull(part);
        }
    }

    record OfFinding(String code, String meaning, double weight, String remedy) {
        OfFinding {
            require(code, meaning);
            Remedy.valueOf(remedy);
        }

        private Answer.Finding finding() {
            return new Answer.Finding(code, meaning, weight, Remedy.valueOf(remedy));
        }
    }

    record OfListing(
            List<OfFinding> findings,
            long since,
            long first,
            long seen,
            @Nullable String text) {
        OfListing {
            findings = List.copyOf(findings);
        }

        private Listing listing(Moment now) {
            return new Listing(
                    findings.stream().map(OfFinding::finding).toList(),
                    moment(since, now),
                    moment(first, now),
                    moment(seen, now),
                    Objects.requireNonNullElse(text, ""));
        }
    }

    record OfMute(long until, String reason, String who) {
        OfMute {
            require(reason, who);
        }

        private Mute mute() {
            return new Mute(Instant.ofEpochMilli(until), reason, who);
        }
    }

    record OfCell(
            String state,
            long since,
            @Nullable OfListing listing,
            @Nullable Long verified,
            long positiveTtlMillis,
            @Nullable OfMute mute) {
        OfCell {
            if (CellState.valueOf(state).isListed() && listing == null) {
                throw new IllegalArgumentException("what is listed has a listing");
            }
        }

        Cell cell(Moment now) {
            return Cell.recalled(
                    CellState.valueOf(state),
                    moment(since, now),
                    Optional.ofNullable(listing).map(each -> each.listing(now)),
                    Optional.ofNullable(verified).map(at -> moment(at, now)),
                    Duration.ofMillis(positiveTtlMillis),
                    Optional.ofNullable(mute).map(OfMute::mute));
        }
    }

    record OfWithdrawal(
            String who, String reason, long since, @Nullable Long until) {
        OfWithdrawal {
            require(who, reason);
        }

        private Withdrawal withdrawal() {
            return new Withdrawal(
                    who,
                    reason,
                    Instant.ofEpochMilli(since),
                    Optional.ofNullable(until).map(Instant::ofEpochMilli));
        }
    }

    record OfReach(double penalty, Map<String, Double> penalties, boolean everywhere) {
        OfReach {
            penalties.keySet().forEach(ProviderId::new);
        }

        private Reach reach() {
            var worst = new HashMap<ProviderId, Double>();
            penalties.forEach((provider, each) -> worst.put(new ProviderId(provider), each));
            return new Reach(penalty, worst, everywhere);
        }
    }

    record OfAddress(
            String state,
            long since,
            int step,
            long stepSince,
            @Nullable Long left,
            String resume,
            double flap,
            @Nullable Long flapAt,
            @Nullable Long suppressed,
            @Nullable OfWithdrawal withdrawal,
            @Nullable OfReach fall,
            @Nullable OfReach ramp,
            @Nullable Integer flapTimes,
            @Nullable Long sent) {
        OfAddress {
            State.valueOf(state);
            State.valueOf(resume);
        }

        Address address(Source source, Moment now) {
            var damping = new FlapDamping(
                    flap,
                    Optional.ofNullable(flapAt).map(at -> moment(at, now)),
                    Optional.ofNullable(suppressed).map(at -> moment(at, now)),
                    Objects.requireNonNullElse(flapTimes, 0));
            return new Address(
                    source,
                    State.valueOf(state),
                    moment(since, now),
                    step,
                    moment(stepSince, now),
                    absence(now),
                    Address.Evidence.NONE,
                    State.valueOf(resume),
                    damping,
                    0,
                    now,
                    Optional.ofNullable(sent).map(at -> moment(at, now)).orElse(now),
                    Optional.ofNullable(withdrawal).map(OfWithdrawal::withdrawal));
        }

        /** An older version did not write down how far it was out, and had it come back everywhere alike. */
        private Absence absence(Moment now) {
            var stands = State.valueOf(state);
            boolean climbs = stands == State.RECOVERING || State.valueOf(resume) == State.RECOVERING;
            return new Absence(
                    Optional.ofNullable(left).map(at -> moment(at, now)),
                    Optional.ofNullable(fall)
                            .map(OfReach::reach)
                            .orElse(stands.maySend() && stands != State.LAST_RESORT ? Reach.NONE : Reach.EVERYWHERE),
                    Optional.ofNullable(ramp).map(OfReach::reach).orElse(climbs ? Reach.EVERYWHERE : Reach.NONE));
        }
    }

    /** @param weight absent in what an earlier version wrote, to which all that is wrong was refused */
    record OfName(
            boolean right,
            String claimed,
            @Nullable Long since,
            boolean confirmed,
            @Nullable String weight) {
        OfName {
            require(claimed);
        }

        private NameStanding standing(Moment now) {
            var grave = weight == null ? NameFinding.Weight.REFUSED : NameFinding.Weight.valueOf(weight);
            return new NameStanding(
                    right,
                    claimed.isEmpty() ? Optional.empty() : Optional.of(new NameFinding.Wrong(claimed, grave)),
                    Optional.ofNullable(since).map(at -> moment(at, now)),
                    confirmed);
        }
    }

    /** @param senders by domain */
    record OfNames(
            @Nullable OfName ptr,
            @Nullable OfName helo,
            @Nullable OfName spf,
            @Nullable Map<String, OfName> senders) {
        Map<NameFinding.Kind, NameStanding> standings(Moment now) {
            var standings = new HashMap<NameFinding.Kind, NameStanding>();
            Optional.ofNullable(ptr).ifPresent(each -> standings.put(NameFinding.Own.PTR, each.standing(now)));
            Optional.ofNullable(helo).ifPresent(each -> standings.put(NameFinding.Own.HELO, each.standing(now)));
            Optional.ofNullable(spf).ifPresent(each -> standings.put(NameFinding.Own.SPF, each.standing(now)));
            Objects.requireNonNullElse(senders, Map.<String, OfName>of())
                    .forEach((domain, each) -> standings.put(new NameFinding.Sender(domain), each.standing(now)));
            return standings;
        }
    }

    record OfUse(long hour, List<Integer> hours) {
        OfUse {
            hours = List.copyOf(hours);
        }

        OperatorBudget.Use use() {
            return new OperatorBudget.Use(Instant.ofEpochMilli(hour), hours);
        }
    }

    /** @param reply absent: it took so many messages instead */
    record OfLearned(
            String list, String provider, long at, @Nullable String reply, int halvings, long messages) {
        OfLearned {
            Objects.requireNonNull(list, "list");
            Objects.requireNonNull(provider, "provider");
        }

        Learned.About about() {
            return new Learned.About(list, new ProviderId(provider));
        }

        Learned learned(Moment now) {
            var then = moment(at, now);
            return reply == null ? new Learned.Took(then, halvings, messages) : new Learned.Cited(then, reply);
        }
    }

    record OfEvent(long at, String kind, String subject, String object, String from, String to, String cause) {
        OfEvent {
            require(subject, object, from, to, cause);
            HistoryEvent.Kind.valueOf(kind);
        }

        HistoryEvent event(long id) {
            return new HistoryEvent(
                    id, Instant.ofEpochMilli(at), HistoryEvent.Kind.valueOf(kind), subject, object, from, to, cause);
        }
    }

    static OfCell of(Cell cell) {
        return new OfCell(
                cell.state().name(),
                millis(cell.since()),
                cell.listing().map(Stored::of).orElse(null),
                cell.last().verified().map(Stored::millis).orElse(null),
                cell.last().positiveTtl().toMillis(),
                cell.mute()
                        .map(mute -> new OfMute(mute.until().toEpochMilli(), mute.reason(), mute.who()))
                        .orElse(null));
    }

    private static OfListing of(Listing listing) {
        var findings = listing.findings().stream()
                .map(finding -> new OfFinding(
                        finding.code(),
                        finding.meaning(),
                        finding.weight(),
                        finding.remedy().name()))
                .toList();
        return new OfListing(
                findings, millis(listing.since()), millis(listing.first()), millis(listing.seen()), listing.text());
    }

    static OfAddress of(Address address) {
        return new OfAddress(
                address.state().name(),
                millis(address.since()),
                address.step(),
                millis(address.stepSince()),
                address.left().map(Stored::millis).orElse(null),
                address.resume().name(),
                address.flap().figure(),
                address.flap().at().map(Stored::millis).orElse(null),
                address.flap().suppressed().map(Stored::millis).orElse(null),
                address.withdrawal().map(Stored::of).orElse(null),
                of(address.absence().fall()),
                of(address.absence().ramp()),
                address.flap().times(),
                millis(address.sent()));
    }

    private static OfReach of(Reach reach) {
        var worst = new HashMap<String, Double>();
        reach.penalties().forEach((provider, each) -> worst.put(provider.id(), each));
        return new OfReach(reach.penalty(), worst, reach.everywhere());
    }

    private static OfWithdrawal of(Withdrawal withdrawal) {
        return new OfWithdrawal(
                withdrawal.who(),
                withdrawal.reason(),
                withdrawal.since().toEpochMilli(),
                withdrawal.until().map(Instant::toEpochMilli).orElse(null));
    }

    static OfLearned of(Learned.About about, Learned learned) {
        var list = about.list();
        var provider = about.provider().id();
        long at = millis(learned.at());
        return switch (learned) {
            case Learned.Cited cited -> new OfLearned(list, provider, at, cited.reply(), 0, 0);
            case Learned.Took took -> new OfLearned(list, provider, at, null, took.halvings(), took.messages());
        };
    }

    static OfNames of(Map<NameFinding.Kind, NameStanding> standings) {
        var senders = new HashMap<String, OfName>();
        standings.forEach((kind, standing) -> {
            if (kind instanceof NameFinding.Sender(var domain)) {
                senders.put(domain, of(standing));
            }
        });
        return new OfNames(
                name(standings, NameFinding.Own.PTR),
                name(standings, NameFinding.Own.HELO),
                name(standings, NameFinding.Own.SPF),
                senders);
    }

    private static @Nullable OfName name(Map<NameFinding.Kind, NameStanding> standings, NameFinding.Kind kind) {
        return Optional.ofNullable(standings.get(kind)).map(Stored::of).orElse(null);
    }

    private static OfName of(NameStanding standing) {
        return new OfName(
                standing.right(),
                standing.reason(),
                standing.since().map(Stored::millis).orElse(null),
                standing.confirmed(),
                standing.claimed().map(each -> each.weight().name()).orElse(null));
    }

    private static Moment moment(long millis, Moment now) {
        return now.recalled(Instant.ofEpochMilli(millis));
    }

    private static long millis(Moment moment) {
        return moment.wall().toEpochMilli();
    }
}
