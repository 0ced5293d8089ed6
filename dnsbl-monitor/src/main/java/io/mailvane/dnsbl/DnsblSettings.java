package io.mailvane.dnsbl;

import io.mailvane.dnsbl.ListChoice.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * All that the monitor is told.
 *
 * @param sources may be empty: then nothing is monitored
 */
public record DnsblSettings(
        List<Source> sources,
        ListChoice choice,
        AskingSettings asking,
        JudgingSettings judging,
        GuardSettings guard,
        RoutingSettings routing,
        Keeping keeping) {
    /**
     * How much of the past is kept: {@code history-events}, {@code history-age}.
     *
     * @param events of all kinds together
     */
    public record Keeping(int events, Duration age) {
        public static final Keeping DEFAULT = new Keeping(100_000, Duration.ofDays(90));

        public Keeping {
            Checks.within("history-events", events, 1, 10_000_000);
            Checks.atLeastASecond("history-age", age);
        }
    }

    public DnsblSettings {
        sources = List.copyOf(sources);
    }

    /** With every number at its default. */
    public static DnsblSettings of(List<Source> sources, ListChoice choice) {
        return new DnsblSettings(
                sources,
                choice,
                AskingSettings.DEFAULT,
                JudgingSettings.DEFAULT,
                GuardSettings.DEFAULT,
                RoutingSettings.DEFAULT,
                Keeping.DEFAULT);
    }

    /** What no part can see alone, each with the setting's whole path; the monitor does not start with one of these. */
    public List<Problem> problems() {
        var problems = new ArrayList<Problem>();
        choice.resolve()
                .problems()
                .forEach(problem -> problems.add(new Problem("dnsbl." + problem.setting(), problem.reason())));
        var names = new HashSet<String>();
        for (var source : sources) {
            source.address()
                    .whyNotPublic()
                    .ifPresent(why -> problems.add(new Problem(
                            "source." + source.name() + ".public",
                            source.written() + " is " + why + ": no DNSBL can know it")));
            if (!names.add(source.name())) {
                problems.add(new Problem("source." + source.name() + ".name", "two sources have this name"));
            }
        }
        return problems;
    }
}
