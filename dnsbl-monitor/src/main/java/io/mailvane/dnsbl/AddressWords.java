package io.mailvane.dnsbl;

import io.mailvane.dnsbl.Address.Evidence;
import io.mailvane.dnsbl.AddressRules.Hold;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.State;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Collectors;

/** Why an address is in its state, for people, and why it came to be in it. */
final class AddressWords {
    private final AddressRules rules;
    private final RoutingSettings settings;

    AddressWords(AddressRules rules, RoutingSettings settings) {
        this.rules = rules;
        this.settings = settings;
    }

    /** One sentence. */
    String why(Address address, Moment now) {
        var evidence = address.evidence();
        return switch (address.state()) {
            case NEW -> "nothing is known yet";
            case ADMISSION -> "not admitted yet: " + String.join("; ", evidence.admission());
            case WARMING -> "new to receivers: each is given more of it from day to day" + stopped(evidence);
            case RECOVERING -> ramp(address) + stopped(evidence);
            case ACTIVE -> evidence.why();
            case DEGRADED, QUARANTINED -> fallen(address, now);
            case LAST_RESORT ->
                fallen(address, now)
                        + String.format(
                                Locale.ROOT,
                                "; the last resort: used where its penalty is below %.0f",
                                settings.scoreOut());
            case DRAINING, DISABLED, RETIRED ->
                address.withdrawal().map(Withdrawal::words).orElse("by the operator");
        };
    }

    /** Also where it is not: a receiver that has seen it all the while is sent all. */
    private String ramp(Address address) {
        var exceptions = rules.exceptions(address).stream().map(ProviderId::id).collect(Collectors.joining(", "));
        boolean general = address.absence().ramp().isOutInGeneral(settings.scoreDegraded());
        return "comes back "
                + (general || exceptions.isEmpty() ? "" : "at " + exceptions + " ")
                + "by the ramp, step " + (address.step() + 1) + " of " + rules.steps()
                + (general && !exceptions.isEmpty() ? "; all of its mail goes to " + exceptions : "");
    }

    private static String stopped(Evidence evidence) {
        return evidence.suspect() ? "; stopped while a list claims something" : "";
    }

    /** What it is in this state for; where that is over, what it waits for. */
    private String fallen(Address address, Moment now) {
        var evidence = address.evidence();
        boolean isOut = address.state() != State.DEGRADED;
        boolean lasts = isOut ? evidence.isOut() : !rules.isMended(evidence);
        var hold = rules.hold(address, now);
        if (lasts) {
            return (isOut ? evidence.out() : evidence.why())
                    + hold.filter(Hold::damped)
                            .map(each ->
                                    "; it " + times(address) + ", and is held back until " + until(each) + " at least")
                            .orElse("");
        }
        // A restart keeps that it is out, and not why: that is told or asked again.
        return hold.map(each -> named(evidence) + "; held back until " + until(each)
                        + (each.damped()
                                ? " because it " + times(address)
                                : ", for it may change no more often (min-listed)"))
                .orElseGet(() -> isOut ? "out as it was last known" : evidence.why());
    }

    private static String named(Evidence evidence) {
        return evidence.why().equals(Evidence.UNNAMED) ? Evidence.UNNAMED + " any more" : evidence.why();
    }

    private static String until(Hold hold) {
        return hold.until().wall().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String times(Address address) {
        int times = address.flap().times();
        return times > 1 ? "came and went " + times + " times" : "comes and goes";
    }

    /** Why the one became the other. */
    String cause(Address before, Address after, Moment now) {
        var ended = before.withdrawal().filter(_ -> after.withdrawal().isEmpty());
        if (ended.isPresent()) {
            return "no longer out " + ended.get().words() + "; " + why(after, now);
        }
        if (before.state() == State.ACTIVE && after.state() == State.WARMING) {
            return "it has sent nothing for " + Text.span(now.since(after.sent())) + "; " + why(after, now);
        }
        boolean unasked = before.state() == State.NEW
                && after.state() == State.ACTIVE
                && after.source().admitted();
        return unasked ? "admitted and warm, says the configuration" : why(after, now);
    }

    /** Why it is now as an operator wants it. */
    String ordered(Address after, OperatorOrder order, Moment now) {
        return order.operation() == Operation.ENABLE
                ? "enabled " + order.words() + "; " + why(after, now)
                : why(after, now);
    }
}
