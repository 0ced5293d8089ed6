package io.mailvane.appliance.reputation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mailvane.dnsbl.Reputation.AddressCard;
import io.mailvane.dnsbl.Withdrawal;
import io.mailvane.mail.SourceStanding.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An address of ours, as REST tells it.
 *
 * @param ip what the world sees
 * @param score with the weights of all lists that name it, 0 to 100
 */
public record AddressAnswer(
        @JsonProperty("public") String ip,
        String source,
        String node,
        String state,
        double score,
        @JsonUnwrapped Saying saying,
        String local,
        String helo,
        @JsonUnwrapped Progress progress,
        @JsonUnwrapped Ground ground,
        Optional<Instant> nextCheck,
        @JsonUnwrapped Entry entry,
        List<String> listedOn) {
    private static final Set<String> WELL = Stream.of(State.ACTIVE, State.WARMING, State.RECOVERING)
            .map(State::name)
            .collect(Collectors.toUnmodifiableSet());

    public AddressAnswer {
        Objects.requireNonNull(saying, "saying");
        Objects.requireNonNull(entry, "entry");
        ip = Bounds.name(ip);
        source = Bounds.name(source);
        node = Bounds.name(node);
        state = Bounds.known(state, State.values());
        local = Bounds.name(local);
        helo = Bounds.text(helo);
        Objects.requireNonNull(ground, "ground");
        listedOn = Bounds.list(listedOn, Bounds.LISTS);
    }

    /**
     * What lists say of it.
     *
     * @param check what {@code dnsbl check} ends with
     * @param known whether most lists that count say now how it stands; else all that is told of it is the last known
     */
    public record Saying(Check check, boolean known) {
        public Saying {
            Objects.requireNonNull(check, "check");
        }

        /** @param known not told by a peer of an older version: there its check says unknown where most lists do not tell */
        @JsonCreator
        static Saying told(@JsonProperty("check") Check check, @JsonProperty("known") Optional<Boolean> known) {
            return new Saying(check, known.orElse(check != Check.UNKNOWN));
        }
    }

    /**
     * How it comes into use.
     *
     * @param admission what it is looked at for before its first mail; none once that is over
     */
    public record Entry(boolean admitted, boolean warm, List<AdmissionAnswer> admission) {
        public Entry {
            admission = Bounds.list(admission, Bounds.LISTS);
        }
    }

    /**
     * Where it is on its way back, or on its way in.
     *
     * @param since of the state
     * @param share how much of its mail it may carry now, 0 to 1, to a receiver that {@code shares} does not name
     * @param shares by receiver; a peer of an older version names none
     * @param step of the ramp, or of the warm-up where it is furthest, from 1; 0 outside of them
     * @param until when time alone changes the state
     */
    public record Progress(
            Instant since, double share, Map<String, Double> shares, int step, int steps, Optional<Instant> until) {
        public Progress {
            Objects.requireNonNull(since, "since");
            shares = Bounds.shares(shares);
        }

        /** How much it may carry, for people. */
        public String carries() {
            var named = shares.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(each -> ", " + percent(each.getValue()) + " to " + each.getKey());
            return percent(share) + " of its mail" + named.collect(Collectors.joining());
        }

        private static String percent(double part) {
            return part >= 1 ? "all" : Math.round(part * 100) + " %";
        }

        private Progress atStep(int next, int of) {
            return new Progress(since, share, shares, next, of, until);
        }

        private static Progress of(AddressCard card) {
            var standing = card.standing();
            var shares = standing.shares().entrySet().stream()
                    .collect(Collectors.toMap(each -> each.getKey().id(), Map.Entry::getValue));
            return new Progress(card.since(), standing.share(), shares, card.step(), card.steps(), card.until());
        }
    }

    /**
     * Why the state is what it is.
     *
     * @param why one sentence
     * @param operator whose word took it out; empty: nobody's did, or a peer of an older version does not say
     */
    public record Ground(String why, Optional<OperatorAnswer> operator) {
        public Ground {
            why = Bounds.text(why);
        }
    }

    public String why() {
        return ground.why();
    }

    public Optional<OperatorAnswer> operator() {
        return ground.operator();
    }

    /**
     * An operator's word that took it out.
     *
     * @param reason empty: none was said
     * @param until when it comes back by itself; empty: when somebody enables it
     */
    public record OperatorAnswer(String who, Optional<String> reason, Instant since, Optional<Instant> until) {
        public OperatorAnswer {
            who = Bounds.text(who);
            reason = reason.map(Bounds::text);
            Objects.requireNonNull(since, "since");
        }

        private static OperatorAnswer of(Withdrawal word) {
            return new OperatorAnswer(
                    word.who(),
                    Optional.of(word.reason()).filter(reason -> !reason.isEmpty()),
                    word.since(),
                    word.until());
        }
    }

    /** Whether no list is asked about it any more, and no mail leaves from it, for good. */
    public boolean retired() {
        return state.equals(State.RETIRED.name());
    }

    /** Whether a state is one of those in which nothing is wrong: where that is not known, it is not shown. */
    static boolean isWell(String state) {
        return WELL.contains(state);
    }

    /** Of its warm-up, where that is furthest. */
    AddressAnswer atStep(int step, int steps) {
        return new AddressAnswer(
                ip,
                source,
                node,
                state,
                score,
                saying,
                local,
                helo,
                progress.atStep(step, steps),
                ground,
                nextCheck,
                entry,
                listedOn);
    }

    /** @param up whether its node answers, and has that a list named it for the last it knows; of one that is gone nothing is known. Of what is retired there is nothing new to be known */
    AddressAnswer asLastKnown(boolean up) {
        if (up && retired()) {
            return this;
        }
        var check = up && saying.check() == Check.LISTED ? Check.LISTED : Check.UNKNOWN;
        return new AddressAnswer(
                ip,
                source,
                node,
                state,
                score,
                new Saying(check, false),
                local,
                helo,
                progress,
                ground,
                nextCheck,
                entry,
                listedOn);
    }

    /** Whether there is nothing to be said of it: where there are many, a line is enough. */
    public boolean plain() {
        return saying.equals(new Saying(Check.CLEAN, true)) && state.equals(State.ACTIVE.name());
    }

    /** @see PairReputation#sight */
    int sight() {
        return Objects.hash(
                ip, node, state, score, saying, progress.carries(), progress.step(), ground, listedOn, entry);
    }

    /** How an address is set up here. */
    public record Setup(String node, String local, String helo) {}

    static AddressAnswer of(AddressCard card, Setup setup, Check check) {
        return new AddressAnswer(
                card.ip(),
                card.source(),
                setup.node(),
                card.state().name(),
                card.score(),
                new Saying(check, card.known()),
                setup.local(),
                setup.helo(),
                Progress.of(card),
                new Ground(card.standing().why(), card.withdrawal().map(OperatorAnswer::of)),
                card.nextCheck(),
                new Entry(
                        card.admitted(),
                        card.warm(),
                        card.admission().stream().map(AdmissionAnswer::of).toList()),
                card.listedOn());
    }
}
