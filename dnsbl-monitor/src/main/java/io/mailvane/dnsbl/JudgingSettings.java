package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.Optional;

/**
 * When an answer counts: keys of {@code [dnsbl]}, of the same names with hyphens.
 *
 * @param interval between two checks; empty: what the answer's TTL says, within {@code intervalMin} and {@code intervalMax}
 * @param intervalListed the least, of what is listed
 * @param intervalDefault where the answer says no TTL
 * @param confirmGap between an answer and the one that confirms it
 * @param confirmations answers that make a listing
 * @param citedWithin a reply that cites the list within this of a positive answer confirms it at once
 * @param minListed a listing lasts at least so long
 * @param cleanConfirmations answers that end a listing
 * @param cleanOver they are spread over at least this
 */
public record JudgingSettings(
        Optional<Duration> interval,
        Duration intervalMin,
        Duration intervalMax,
        Duration intervalListed,
        Duration intervalDefault,
        Duration confirmGap,
        int confirmations,
        Duration citedWithin,
        Duration minListed,
        int cleanConfirmations,
        Duration cleanOver,
        Ageing ageing) {
    public static final JudgingSettings DEFAULT = new JudgingSettings(
            Optional.empty(),
            Duration.ofMinutes(5),
            Duration.ofMinutes(60),
            Duration.ofMinutes(10),
            Duration.ofMinutes(15),
            Duration.ofSeconds(60),
            2,
            Duration.ofMinutes(15),
            Duration.ofMinutes(60),
            3,
            Duration.ofMinutes(30),
            Ageing.DEFAULT);

    /**
     * What becomes of knowledge that nothing renews.
     *
     * @param staleHalf a listing not verified for so long weighs half
     * @param staleNone ... and after this nothing
     * @param listDeadAfter a list that does not work for so long is dead
     */
    public record Ageing(Duration staleHalf, Duration staleNone, Duration listDeadAfter) {
        public static final Ageing DEFAULT =
                new Ageing(Duration.ofHours(24), Duration.ofHours(72), Duration.ofHours(24));

        public Ageing {
            Checks.atLeastASecond("stale-half", staleHalf);
            Checks.atLeastASecond("list-dead-after", listDeadAfter);
            Checks.inOrder("stale-half", staleHalf, "stale-none", staleNone);
        }
    }

    public JudgingSettings {
        interval.ifPresent(each -> Checks.atLeastASecond("interval", each));
        Checks.atLeastASecond("interval-min", intervalMin);
        Checks.inOrder("interval-min", intervalMin, "interval-max", intervalMax);
        Checks.atLeastASecond("interval-listed", intervalListed);
        Checks.inOrder("interval-listed", intervalListed, "interval-max", intervalMax);
        Checks.atLeastASecond("interval-default", intervalDefault);
        Checks.atLeastASecond("confirm-gap", confirmGap);
        Checks.atLeastASecond("cited-within", citedWithin);
        Checks.atLeastASecond("min-listed", minListed);
        Checks.atLeastASecond("clean-over", cleanOver);
        Checks.within("confirmations", confirmations, 1, 10);
        Checks.within("clean-confirmations", cleanConfirmations, 1, 20);
    }
}
