package io.mailvane.dnsbl;

import io.mailvane.mail.SourceStanding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known at one time, whole and unchanging: for pages, REST, metrics and the route decision.
 *
 * @param notice what every reader is to know first; "" if nothing
 * @param addresses in the order of the configuration
 * @param cells by address in that order, then by list, heaviest first
 * @param lists heaviest first
 * @param alarms sentences that call for the operator, while they hold
 */
public record Reputation(
        Instant asOf,
        Verdict verdict,
        String notice,
        List<AddressCard> addresses,
        List<CellView> cells,
        List<ListView> lists,
        List<String> alarms) {
    public Reputation {
        addresses = List.copyOf(addresses);
        cells = List.copyOf(cells);
        lists = List.copyOf(lists);
        alarms = List.copyOf(alarms);
    }

    /** With what others know that calls for the operator too. */
    public Reputation calling(List<String> more) {
        return more.isEmpty()
                ? this
                : new Reputation(
                        asOf,
                        verdict,
                        notice,
                        addresses,
                        cells,
                        lists,
                        Stream.concat(alarms.stream(), more.stream()).toList());
    }

    /** How each source stands, by name. */
    public Map<String, SourceStanding> standings() {
        return addresses.stream()
                .map(AddressCard::standing)
                .collect(Collectors.toUnmodifiableMap(SourceStanding::source, standing -> standing));
    }

    public Optional<AddressCard> card(String source) {
        return addresses.stream().filter(card -> card.source().equals(source)).findFirst();
    }

    public Optional<CellView> cell(String ip, String list) {
        return cells.stream()
                .filter(cell -> cell.ip().equals(ip) && cell.list().equals(list))
                .findFirst();
    }

    /**
     * One source address.
     *
     * @param ip the public address
     * @param score with the raw weights of what names it now, 0 to 100
     * @param since of the state
     * @param step of the ramp, from 1; 0 outside of it
     * @param steps how many there are
     * @param nextCheck the earliest of its cells
     * @param known whether most lists that count say now how it stands; else all this is the last known
     * @param withdrawal by which an operator took it out; empty: none did
     * @param admission what it is looked at for before its first mail; none once that is over
     */
    public record AddressCard(
            String ip,
            SourceStanding standing,
            double score,
            Instant since,
            int step,
            int steps,
            Optional<Instant> nextCheck,
            boolean admitted,
            boolean warm,
            List<String> listedOn,
            boolean known,
            Optional<Withdrawal> withdrawal,
            List<AdmissionItem> admission) {
        public AddressCard {
            listedOn = List.copyOf(listedOn);
            admission = List.copyOf(admission);
        }

        public String source() {
            return standing.source();
        }

        public SourceStanding.State state() {
            return standing.state();
        }

        /** Of the state, where time alone may change it. */
        public Optional<Instant> until() {
            return standing.until();
        }
    }

    /**
     * One address on one list.
     *
     * @param counts whether what the list says has the weight to count; not where it says nothing
     * @param confirmations of what is under way: a listing, or its end; 0 if nothing is
     * @param nextCheck empty while a question is out
     * @param mute empty unless muted now
     */
    public record CellView(
            String ip,
            String list,
            CellState state,
            Overlay overlay,
            boolean counts,
            Claim claim,
            Times times,
            Asked asked,
            int confirmations,
            Optional<Instant> nextCheck,
            Optional<Mute> mute,
            Map<ControlKind, String> controls) {
        public CellView {
            controls = Map.copyOf(controls);
        }

        /**
         * Whether the address is listed; empty while that is not known.
         *
         * <p>What metrics show: absent, not 0, while unknown.
         */
        public Optional<Boolean> listed() {
            boolean known = overlay == Overlay.NONE || overlay == Overlay.MUTED;
            return known && state != CellState.NONE ? Optional.of(state.isListed()) : Optional.empty();
        }
    }

    /**
     * What the list says, as confirmed or, of a suspect cell, as claimed; of another cell, facts without weight.
     *
     * @param codes the last answer's, raw; where it has none, those of the listing
     * @param weight as it counts now
     * @param remedy of the heaviest code
     * @param text the list's words, cleaned of control characters, to be escaped by whoever shows them
     * @param delistUrl "" if there is none
     */
    public record Claim(
            List<String> codes, String meaning, double weight, Remedy remedy, String text, String delistUrl) {
        public Claim {
            codes = List.copyOf(codes);
        }
    }

    /**
     * @param since of the state; of a listing, since it was confirmed
     * @param firstSeen of the listing
     * @param lastPositive of the listing
     * @param lastChecked of any answer
     * @param lastVerified of an answer that counted
     * @param lastRecheck of an answer that a person had asked for
     */
    public record Times(
            Instant since,
            Optional<Instant> firstSeen,
            Optional<Instant> lastPositive,
            Optional<Instant> lastChecked,
            Optional<Instant> lastVerified,
            Optional<Instant> lastRecheck) {}

    /**
     * @param server as address:port, "-" if none answered
     * @param answer class of the last answer; empty: none came yet
     * @param reason why it is no plain yes or no; else ""
     * @param ttl of the last answer; empty if it said none
     */
    public record Asked(
            String server,
            ResolverMode mode,
            Duration latency,
            Optional<AnswerClass> answer,
            String reason,
            Optional<Duration> ttl) {}

    /**
     * A list and whether it works.
     *
     * @param zone with {@code ***} for a key
     * @param controlsAt when its test points were last seen
     * @param today questions in the last 24 hours to its operator, of {@code daily}
     */
    public record ListView(
            String id,
            String name,
            String zone,
            String group,
            Weight weighs,
            ListState state,
            ResolverMode mode,
            boolean keyed,
            Map<ControlKind, String> controls,
            Optional<Instant> controlsAt,
            int today,
            int daily,
            String note) {
        public ListView {
            controls = Map.copyOf(controls);
        }

        public double weight() {
            return weighs.weight();
        }

        public boolean counts() {
            return weighs.counts();
        }
    }

    /**
     * What a list may do.
     *
     * @param weight of its heaviest code; 0: informational, does not route
     * @param counts whether that is enough for it to be heard when it is asked how an address stands
     * @param receivers how much they go by it: first {@code *}, who stands for all that are not named, then by name
     */
    public record Weight(double weight, boolean counts, List<ReceiverView> receivers) {
        public Weight {
            receivers = List.copyOf(receivers);
        }
    }

    /**
     * How much a receiver goes by a list: its listings' weight is multiplied by that.
     *
     * @param affinity as it is reckoned with
     * @param shipped as the catalogue has it
     * @param lesson what the receiver did last that says something of it; empty: nothing
     */
    public record ReceiverView(String provider, double affinity, double shipped, Optional<Lesson> lesson) {}

    /** What a receiver did that shows how much it goes by a list. */
    public sealed interface Lesson {
        Instant at();

        /** So long it holds. */
        Instant until();

        /** @param reply its words, cleaned of control characters, to be escaped by whoever shows them */
        record Cited(Instant at, Instant until, String reply) implements Lesson {}

        /** It took mail from what is listed. */
        record Took(Instant at, Instant until, long messages, Duration within) implements Lesson {}
    }
}
