package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.AddressAnswer;
import io.mailvane.appliance.reputation.EventAnswer;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.mail.SourceStanding.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One address of this node, and what an operator can do with it.
 *
 * @param done what the form did just before; "" if it was not sent
 * @param history newest first
 */
public record AddressPage(
        PageHead head, PairReputation pair, AddressAnswer address, String done, List<EventAnswer> history) {
    /** As {@code reputation.js} says it. */
    private static final Map<String, String> DONE = Map.of(
            "draining", "No new message leaves from it; once nothing is under way it is disabled by itself.",
            "disabled", "No new message leaves from it.",
            "retired", "It is retired, for good.",
            "enabled", "It comes back, by the ramp.",
            "already-draining", "It was being drained already: nothing has changed.",
            "already-disabled", "It was disabled already: nothing has changed.",
            "already-retired", "It was retired already: nothing has changed.",
            "already-enabled", "No operator had taken it out: nothing has changed.");

    public Instant now() {
        return pair.nowOf(address.node());
    }

    /** What the form did, for people; "" if that is nothing. */
    public String said() {
        return DONE.getOrDefault(done, "");
    }

    /** Whether no address of its node may send. */
    public boolean isNoneLeft() {
        return pair.addresses().stream()
                .filter(each -> each.node().equals(address.node()))
                .noneMatch(each -> State.valueOf(each.state()).maySend());
    }

    /** Whether an operator has it out: then it can be put back. */
    public boolean isOut() {
        return is(State.DRAINING) || is(State.DISABLED);
    }

    public boolean isDisabled() {
        return is(State.DISABLED);
    }

    private boolean is(State state) {
        return State.valueOf(address.state()) == state;
    }

    public String again() {
        return AddressOrders.again();
    }
}
