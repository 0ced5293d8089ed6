package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DueMessage;
import io.mailvane.route.MailClass;
import io.mailvane.route.MailFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The attempts for some recipients of a message from when they are due until they have an outcome or wait.
 *
 * @param last what the last way said of each recipient that may try another; empty at the beginning
 * @param tried the last way
 * @param before what each way, and each host of a way, that was tried said, in the order they were tried
 * @param made attempts by these, each followed by another: to be kept with the outcome
 */
record Round(
        DueMessage message,
        List<Integer> recipients,
        Routing.Choice choice,
        MailFacts facts,
        Map<Integer, DeliveryOutcome> last,
        Tried tried,
        List<String> before,
        List<Attempt> made,
        long takenNanos) {
    /** Characters of what one of them said. */
    private static final int MOST_SAID = 300;

    /**
     * The way that was tried last, as logs show it.
     *
     * @param why it was taken
     */
    record Tried(
            How how, String route, String tier, String source, String relay, String why, DeliveryReport.Timing timing) {
        static final Tried NONE = new Tried(How.NOT_AT_ALL, "-", "-", "-", "-", "", DeliveryReport.Timing.NONE);

        static Tried of(How how, Job job, DeliveryReport report) {
            return new Tried(
                    how,
                    job.way().route(),
                    job.tier(),
                    job.way().source().orElse("-"),
                    report.relay(),
                    job.why(),
                    report.timing());
        }
    }

    /** How far the last way was tried. */
    enum How {
        NOT_AT_ALL,
        /** Nobody was connected, or took a session. */
        UNREACHED,
        /** By what the next hop said, for our address or by a smarthost. */
        REFUSED
    }

    Round {
        recipients = List.copyOf(recipients);
        last = Map.copyOf(last);
        before = List.copyOf(before);
        made = List.copyOf(made);
    }

    /** After a way took none of these. */
    Round after(Tried way, Map<Integer, DeliveryOutcome> refused, MailFacts next) {
        var said = said(way.route(), refused.values().iterator().next().reply().text());
        var left = recipients.stream().filter(refused::containsKey).toList();
        return new Round(
                message,
                left,
                choice,
                next.forRecipients(left.size()),
                new HashMap<>(refused),
                way,
                said,
                made(left::contains),
                takenNanos);
    }

    /** After a host of a way was left for the next: the attempts that it was are made. */
    Round past(DeliveryReport.Passed host, List<Attempt> attempts) {
        var said = said(host.relay(), host.reason());
        return new Round(message, recipients, choice, facts, last, tried, said, with(attempts), takenNanos);
    }

    private List<String> said(String who, String words) {
        var said = new ArrayList<>(before);
        said.add(who + ": " + (words.length() <= MOST_SAID ? words : words.substring(0, MOST_SAID) + " ..."));
        return said;
    }

    private List<Attempt> with(List<Attempt> attempts) {
        var all = new ArrayList<>(made);
        all.addAll(attempts);
        return all;
    }

    /** After another way was found to follow {@code attempts}: they are made, and the new way has not been heard yet. */
    Round goingOn(List<Attempt> attempts) {
        return new Round(message, recipients, choice, facts, Map.of(), Tried.NONE, before, with(attempts), takenNanos);
    }

    /** Before its first way. */
    Round of(MailClass mailClass) {
        return new Round(message, recipients, choice, facts.of(mailClass), last, tried, before, made, takenNanos);
    }

    /** Attempts for some of its recipients. */
    List<Attempt> made(Predicate<Integer> recipients) {
        return made.stream()
                .filter(attempt -> recipients.test(attempt.recipient()))
                .toList();
    }

    /** Why {@code decision} was taken, after what came before. */
    String why(String decision) {
        var tried = before.isEmpty() ? "" : " (before, " + String.join("; ", before) + ")";
        return choice.why() + "; " + decision + tried;
    }
}
