package io.mailvane.appliance.reputation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mailvane.dnsbl.Reputation.AddressCard;
import io.mailvane.mail.SourceStanding;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An address of ours, as REST tells it.
 *
 * @param ip what the world sees
 * @param score with the weights of all lists that name it, 0 to 100
 * @param check what {@code dnsbl check} ends with
 * @param why one sentence
 */
public record AddressAnswer(
        @JsonProperty("public") String ip,
        String source,
        String node,
        String state,
        double score,
        Check check,
        String local,
        String helo,
        @JsonUnwrapped Progress progress,
        String why,
        Optional<Instant> nextCheck,
        boolean admitted,
        boolean warm,
        List<String> listedOn) {
    public AddressAnswer {
        Objects.requireNonNull(check, "check");
        ip = Bounds.name(ip);
        source = Bounds.name(source);
        node = Bounds.name(node);
        state = Bounds.known(state, SourceStanding.State.values());
        local = Bounds.name(local);
        helo = Bounds.text(helo);
        why = Bounds.text(why);
        listedOn = Bounds.list(listedOn, Bounds.LISTS);
    }

    /**
     * Where it is on its way back, or on its way in.
     *
     * @param since of the state
     * @param share how much of its weight it may carry now, 0 to 1
     * @param step of the ramp or warm-up, from 1; 0 outside of them
     * @param until when time alone changes the state
     */
    public record Progress(Instant since, double share, int step, int steps, Optional<Instant> until) {
        public Progress {
            Objects.requireNonNull(since, "since");
        }
    }

    /** Whether there is nothing to be said of it: where there are many, a line is enough. */
    public boolean plain() {
        return check == Check.CLEAN && state.equals(SourceStanding.State.ACTIVE.name());
    }

    /** @see PairReputation#sight */
    int sight() {
        return Objects.hash(ip, node, state, score, check, progress.share(), progress.step(), why, listedOn);
    }

    /** How an address is set up here. */
    public record Setup(String node, String local, String helo) {}

    static AddressAnswer of(AddressCard card, Setup setup, Check check) {
        var standing = card.standing();
        return new AddressAnswer(
                card.ip(),
                card.source(),
                setup.node(),
                card.state().name(),
                card.score(),
                check,
                setup.local(),
                setup.helo(),
                new Progress(card.since(), standing.share(), card.step(), card.steps(), card.until()),
                standing.why(),
                card.nextCheck(),
                card.admitted(),
                card.warm(),
                card.listedOn());
    }
}
