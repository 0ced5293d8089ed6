package io.mailvane.storage;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** A claim as one line of text. What a later version adds stands behind, and is passed over. */
final class ClaimText {
    private static final Pattern FORM = Pattern.compile("claim 1 partition=(?<partition>\\S+) node=(?<node>\\S+)"
            + " machine=(?<machine>\\S+) pid=(?<pid>\\d{1,18}) started=(?<started>\\d{1,18}) nonce=(?<nonce>[0-9a-f]+)"
            + " term=(?<termMillis>\\d{1,12}) sure=(?<sure>yes|no)( .*)?\n");

    private ClaimText() {}

    static String of(Claim claim) {
        var by = claim.by();
        return "claim 1 partition=" + claim.partition() + " node=" + claim.node()
                + " machine=" + by.machine() + " pid=" + by.pid() + " started=" + by.startedTicks() + " nonce="
                + by.nonce()
                + " term=" + claim.term().toMillis() + " sure=" + (claim.sure() ? "yes" : "no") + "\n";
    }

    /** Empty if it is no claim. */
    static Optional<Claim> parse(long epoch, String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        var by = new Incarnation(
                form.group("machine"),
                Long.parseLong(form.group("pid")),
                Long.parseLong(form.group("started")),
                form.group("nonce"));
        return Optional.of(new Claim(
                form.group("partition"),
                epoch,
                form.group("node"),
                by,
                Duration.ofMillis(Long.parseLong(form.group("termMillis"))),
                form.group("sure").equals("yes")));
    }
}
