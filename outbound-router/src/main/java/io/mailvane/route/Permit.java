package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one message took of its way when it was sent there. Nothing else is given back for it, and where one delivery at a time shows
 * whether a way is open again, only the one that holds this decides. A value.
 *
 * @param probe of the lane: the time by which it is known
 * @param trial of the smarthost: whether it is well, or takes mail again after it said that its day is used up, or both: the time by which it is
 *     known
 * @param laneToken whether it took one of the lane's
 * @param relayToken whether it took one of the smarthost's
 * @param account of the smarthost
 * @param counted when its recipients were counted against the smarthost's quota, or the warm-up of an address of ours
 * @param place among what is {@link UnderWay}, of an address of ours
 */
public record Permit(
        Route route,
        ProviderId provider,
        Optional<Instant> probe,
        Optional<Instant> trial,
        boolean laneToken,
        boolean relayToken,
        Optional<Setup.Account> account,
        Optional<Instant> counted,
        OptionalLong place) {
    /** For a way that asks nothing of its messages. */
    public static Permit plain(Route route, ProviderId provider) {
        return new Permit(
                route,
                provider,
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    /** @param after the view in which it was taken */
    static Permit of(EgressView after, Route route, ProviderId provider, OptionalLong place, Instant now) {
        var lane = Optional.ofNullable(after.at(provider).lanes().get(route.name()));
        var relay = after.relay(route);
        boolean isCounted = relay.isPresent() || after.warming(route).isPresent();
        return new Permit(
                route,
                provider,
                lane.filter(each -> each.state() == Lane.State.PROBING).map(Lane::until),
                relay.flatMap(Relay::trial),
                lane.filter(each -> each.state() == Lane.State.SLOW).isPresent(),
                relay.flatMap(Relay::throttle).isPresent(),
                relay.map(Relay::account),
                isCounted ? Optional.of(now) : Optional.empty(),
                place);
    }
}
