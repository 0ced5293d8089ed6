package io.mailvane.appliance.reputation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.ControlKind;
import io.mailvane.dnsbl.Mute;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Reputation.CellView;
import io.mailvane.dnsbl.ResolverMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An address on a list, as REST tells it: flat, for people and for programs.
 *
 * @param overlay why the state is the last known one, if it is
 * @param counts whether what the list says has the weight to count; empty: a peer of an older version does not say
 */
public record CellAnswer(
        String ip,
        String list,
        String node,
        String state,
        String overlay,
        Optional<Boolean> counts,
        @JsonUnwrapped Claim claim,
        @JsonUnwrapped Times times,
        @JsonUnwrapped Asked asked,
        int confirmations,
        ControlsAnswer controls,
        Optional<MuteAnswer> mute) {
    public CellAnswer {
        Objects.requireNonNull(controls, "controls");
        ip = Bounds.name(ip);
        list = Bounds.name(list);
        node = Bounds.name(node);
        state = Bounds.known(state, CellState.values());
        overlay = Bounds.known(overlay, Overlay.values());
    }

    /**
     * What the list says.
     *
     * @param codes the last answer's, raw
     * @param weight as it counts now
     * @param txt the list's own words
     * @param delistUrl "" if there is none
     */
    public record Claim(
            List<String> codes, String meaning, double weight, String txt, String remedy, String delistUrl) {
        public Claim {
            codes = Bounds.list(codes, Bounds.FEW).stream().map(Bounds::name).toList();
            meaning = Bounds.text(meaning);
            txt = Bounds.text(txt);
            remedy = Bounds.name(remedy);
            delistUrl = Bounds.link(delistUrl);
        }
    }

    /**
     * Since when the state holds, and what was seen when.
     *
     * @param lastRecheck when an answer came that a person had asked for
     */
    public record Times(
            Instant since,
            Optional<Instant> lastChecked,
            Optional<Instant> nextCheck,
            Optional<Instant> firstSeen,
            Optional<Instant> lastPositive,
            Optional<Instant> lastVerified,
            Optional<Instant> lastRecheck) {
        public Times {
            Objects.requireNonNull(since, "since");
        }
    }

    /**
     * The last question.
     *
     * @param answer its class, lower case
     * @param reason why it was no plain yes or no
     * @param ttl seconds
     */
    public record Asked(
            Optional<String> answer,
            String reason,
            Optional<Long> ttl,
            String server,
            String mode,
            long latencyMillis) {
        public Asked {
            answer = answer.map(Bounds::name);
            reason = Bounds.text(reason);
            server = Bounds.name(server);
            mode = Bounds.known(mode, ResolverMode.values());
        }
    }

    /**
     * Whoever had it asked waits for the answer, even if it is as before.
     *
     * @see PairReputation#sight
     */
    int sight() {
        return Objects.hash(
                ip,
                list,
                node,
                state,
                overlay,
                counts,
                claim,
                asked.reason(),
                confirmations,
                mute,
                times.lastRecheck());
    }

    /** Nothing new is known of it: its state is the last known. */
    CellAnswer asLastKnown() {
        boolean hidden = !overlay.equals(Overlay.NONE.toString());
        var hides = hidden ? overlay : Overlay.UNKNOWN.toString();
        return new CellAnswer(
                ip, list, node, state, hides, counts, claim, times, asked, confirmations, controls.asLastKnown(), mute);
    }

    /** An operator's word that the listing is not to count. */
    public record MuteAnswer(Instant until, String reason, String who) {
        public MuteAnswer {
            Objects.requireNonNull(until, "until");
            reason = Bounds.text(reason);
            who = Bounds.text(who);
        }

        private static MuteAnswer of(Mute mute) {
            return new MuteAnswer(mute.until(), mute.reason(), mute.who());
        }
    }

    /** What was last seen of a list's test points: {@code ok}, {@code none} if it has none, or what is wrong. */
    public record ControlsAnswer(String pos, String neg, String rnd) {
        public ControlsAnswer {
            pos = Bounds.name(pos);
            neg = Bounds.name(neg);
            rnd = Bounds.name(rnd);
        }

        /** As they must be, or absent by design. */
        public boolean fine() {
            return Stream.of(pos, neg, rnd).allMatch(seen -> seen.equals("ok") || seen.equals("none"));
        }

        /** What was as it must be was so when it was last seen. */
        ControlsAnswer asLastKnown() {
            return new ControlsAnswer(lastKnown(pos), lastKnown(neg), lastKnown(rnd));
        }

        private static String lastKnown(String seen) {
            return seen.equals("ok") ? "stale" : seen;
        }

        /** For people. */
        public String inWords() {
            return ControlKind.inWords(
                    Map.of(ControlKind.POSITIVE, pos, ControlKind.NEGATIVE, neg, ControlKind.RANDOM, rnd));
        }

        static ControlsAnswer of(Map<ControlKind, String> controls) {
            return new ControlsAnswer(
                    controls.getOrDefault(ControlKind.POSITIVE, "never"),
                    controls.getOrDefault(ControlKind.NEGATIVE, "never"),
                    controls.getOrDefault(ControlKind.RANDOM, "never"));
        }
    }

    static CellAnswer of(CellView cell, String node) {
        var claim = cell.claim();
        var times = cell.times();
        var asked = cell.asked();
        return new CellAnswer(
                cell.ip(),
                cell.list(),
                node,
                cell.state().name(),
                cell.overlay().toString(),
                Optional.of(cell.counts()),
                new Claim(
                        claim.codes(),
                        claim.meaning(),
                        claim.weight(),
                        claim.text(),
                        claim.remedy().toString(),
                        claim.delistUrl()),
                new Times(
                        times.since(),
                        times.lastChecked(),
                        cell.nextCheck(),
                        times.firstSeen(),
                        times.lastPositive(),
                        times.lastVerified(),
                        times.lastRecheck()),
                new Asked(
                        asked.answer()
                                .map(kind ->
                                        kind.name().toLowerCase(Locale.ROOT).replace('_', '-')),
                        asked.reason(),
                        asked.ttl().map(Duration::toSeconds),
                        asked.server(),
                        asked.mode().toString(),
                        asked.latency().toMillis()),
                cell.confirmations(),
                ControlsAnswer.of(cell.controls()),
                cell.mute().map(MuteAnswer::of));
    }
}
