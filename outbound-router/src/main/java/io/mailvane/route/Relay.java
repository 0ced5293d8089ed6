package io.mailvane.route;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A smarthost as it is now.
 *
 * @param place 0 is the first smarthost; those of equal order share a place
 * @param refusedSenders domains of reverse-paths that it does not take, "" the null reverse-path, and until when
 */
record Relay(
        Route route,
        Setup.Account account,
        int place,
        long maxSize,
        Breaker breaker,
        Optional<Throttle> throttle,
        Quota quota,
        Greetings greetings,
        Map<String, Instant> refusedSenders) {
    /** A sender's domain is a sender's choice. */
    private static final int MOST_REFUSED_SENDERS = 1_000;

    Relay {
        refusedSenders = Map.copyOf(refusedSenders);
    }

    static Relay first(Setup.Smarthost smarthost, int place) {
        return new Relay(
                new Route(Route.Kind.SMARTHOST, smarthost.name()),
                smarthost.account(),
                place,
                smarthost.maxSize(),
                Breaker.CLOSED,
                Optional.empty(),
                Quota.of(smarthost.dailyQuota()),
                Greetings.NONE,
                Map.of());
    }

    /** As configured, knowing what {@code old} learned of the same account. */
    Relay remembering(Relay old) {
        if (!isAt(old.account)) {
            return this;
        }
        var known = account.equals(old.account) ? old.breaker : old.breaker.withOtherCredentials();
        var used = new Quota(quota.most(), old.quota.slots(), old.quota.closedUntil());
        return new Relay(route, account, place, maxSize, known, old.throttle, used, old.greetings, old.refusedSenders);
    }

    private boolean isAt(Setup.Account other) {
        return account.server().equals(other.server());
    }

    /** Whether what becomes of a message says something of this one: its account may be another since. */
    boolean isOf(Permit permit) {
        return permit.account().filter(taken -> !isAt(taken)).isEmpty();
    }

    /** Whether a message was sent with the credentials that are in force. */
    boolean knowsCredentialsOf(Permit permit) {
        return permit.account().filter(taken -> !account.equals(taken)).isEmpty();
    }

    /**
     * Whether a message that was to leave by it may do so now: one that was given a token keeps it, and one of another account ends as it
     * began.
     */
    boolean lets(Permit permit, MailFacts mail, Instant now) {
        return !isOf(permit)
                || (breaker.lets(permit)
                        && quota.lets(permit)
                        && (permit.relayToken()
                                || throttle.filter(each -> !each.isOver(now)).isEmpty())
                        && (refusedSenders.isEmpty()
                                || !refusedSenders
                                        .getOrDefault(mail.senderDomain(), Instant.MIN)
                                        .isAfter(now)));
    }

    Relay with(Breaker other) {
        return new Relay(route, account, place, maxSize, other, throttle, quota, greetings, refusedSenders);
    }

    Relay with(Quota other) {
        return new Relay(route, account, place, maxSize, breaker, throttle, other, greetings, refusedSenders);
    }

    /** Its greeting took so long. */
    Relay greeted(Duration took, Instant now, RoutingSettings.Smarthosts settings) {
        var heard = greetings.and(new Greetings.Greeting(now, took), settings);
        return new Relay(route, account, place, maxSize, breaker, throttle, quota, heard, refusedSenders);
    }

    private Relay with(Optional<Throttle> other) {
        return new Relay(route, account, place, maxSize, breaker, other, quota, greetings, refusedSenders);
    }

    /** A message of so many recipients goes to it. */
    Relay taken(int recipients, Instant now, RoutingSettings.Smarthosts settings) {
        var paced = throttle.filter(each -> !each.isOver(now)).map(each -> each.take(now));
        return with(paced).with(breaker.taken(now, settings)).with(quota.counting(recipients, now));
    }

    /** A message of so many recipients did not go to it after all, and nothing was tried. */
    Relay untaken(Permit permit, int recipients, Instant now) {
        var paced =
                throttle.filter(each -> !each.isOver(now)).map(each -> permit.relayToken() ? each.giveBack(now) : each);
        return with(paced)
                .with(breaker.untaken(permit, now))
                .with(quota.unasked(permit, now))
                .givenBack(permit, recipients, now);
    }

    /** Of the message that was taken last, if it is to show something: the time by which that is known. Both of them may be at once. */
    Optional<Instant> trial() {
        return breaker.state() == Breaker.State.HALF_OPEN
                ? Optional.of(breaker.until())
                : Optional.of(quota.closedUntil()).filter(_ -> quota.isClosed());
    }

    /** Whether a message shows that it takes mail, as far as nothing else is known. */
    boolean isProven() {
        return breaker.isProven() && !quota.isClosed();
    }

    /** Whether nothing may leave by it, not even to ask. */
    boolean isShut(Instant now) {
        return !breaker.lets(now) || quota.isShut(now);
    }

    /** So many recipients of a message that went to it were not taken. */
    Relay givenBack(Permit permit, int recipients, Instant now) {
        return with(quota.givingBack(recipients, permit.counted().orElse(now), now));
    }

    Relay slowed(double observed, Instant now, ThrottleShape shape) {
        var before = throttle.filter(each -> !each.isOver(now));
        var cut = before.map(each -> each.cutAgain(now)).orElseGet(() -> Throttle.cut(shape, observed, now));
        return with(Optional.of(cut));
    }

    Relay refusing(String senderDomain, Instant now, Duration time) {
        var refused = new HashMap<>(refusedSenders);
        refused.values().removeIf(until -> !until.isAfter(now));
        if (refused.size() >= MOST_REFUSED_SENDERS) {
            // Refused the longest ago, and so the next to be asked again.
            refused.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .ifPresent(refused::remove);
        }
        refused.put(senderDomain, now.plus(time));
        return new Relay(route, account, place, maxSize, breaker, throttle, quota, greetings, refused);
    }
}
