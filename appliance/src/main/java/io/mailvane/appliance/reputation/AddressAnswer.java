package io.mailvane.appliance.reputation;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.mailvane.dnsbl.Reputation.AddressCard;
import io.mailvane.mail.SourceStanding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An address of ours, as REST tells it.
 *
 * @param ip what the world sees
 * @param score with the weights of all lists that name it, 0 to 100
 * @param check what {@code dnsbl check} ends with
 * @param share how much of its weight it may carry now, 0 to 1
 * @param step of the ramp or warm-up, from 1; 0 outside of them
 * @param why one sentence
 * @param until when time alone changes the state
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
        double share,
        int step,
        int steps,
        String why,
        Instant since,
        Optional<Instant> until,
        Optional<Instant> nextCheck,
        boolean admitted,
        boolean warm,
        List<String> listedOn) {
    public AddressAnswer {
        ip = Bounds.name(ip);
        source = Bounds.name(source);
        node = Bounds.name(node);
        state = Bounds.known(state, SourceStanding.State.values());
        local = Bounds.name(local);
        helo = Bounds.text(helo);
        why = Bounds.text(why);
        listedOn = Bounds.list(listedOn, Bounds.LISTS);
    }

    /** Whether there is nothing to be said of it: where there are many, a line is enough. */
    public boolean plain() {
        return check == Check.CLEAN && state.equals(SourceStanding.State.ACTIVE.name());
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
                standing.share(),
                card.step(),
                card.steps(),
                standing.why(),
                card.since(),
                card.until(),
                card.nextCheck(),
                card.admitted(),
                card.warm(),
                card.listedOn());
    }
}
