package io.mailvane.storage;

import io.mailvane.storage.GlusterFacts.Brick;
import io.mailvane.storage.Trouble.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what is wrong with the copies of a GlusterFS volume, and where its options are not as mail needs them: a pure decision. */
final class GlusterJudge {
    private static final String QUORUM = "cluster.quorum-type";
    private static final int SAFE_REPLICAS = 3;

    /**
     * What an option must be. One that was not set has GlusterFS' default, which is none of these.
     *
     * @param most of a number
     * @param why what happens else
     */
    private record Figure(String option, int most, String why) {
        Optional<Trouble> wrong(GlusterFacts facts) {
            var value = facts.option(option);
            boolean right = value.filter(text -> text.matches("\\d{1,6}"))
                    .filter(text -> Integer.parseInt(text) > 0 && Integer.parseInt(text) <= most)
                    .isPresent();
            return right ? Optional.empty() : Optional.of(profile(option, value, "1 to " + most, why));
        }
    }

    private static final List<Figure> FIGURES = List.of(
            new Figure(
                    "network.ping-timeout", 10, "a zone that falls silent stops every write for up to twice as long"),
            new Figure("cluster.heal-timeout", 60, "copies that differ are found late"),
            new Figure("server.tcp-user-timeout", 15, "locks of a zone that fell silent are kept long"),
            new Figure("server.keepalive-time", 10, "locks of a zone that fell silent are kept long"),
            new Figure("server.keepalive-interval", 1, "locks of a zone that fell silent are kept long"),
            new Figure("server.keepalive-count", 5, "locks of a zone that fell silent are kept long"));

    private GlusterJudge() {}

    static List<Trouble> judge(GlusterFacts facts) {
        var troubles = new ArrayList<Trouble>();
        if (!facts.started()) {
            troubles.add(Trouble.of(Kind.COPIES_UNKNOWN, "volume " + facts.name() + " is not started"));
        }
        facts.sets().forEach(set -> down(facts, set, troubles));
        differing(facts.copies(), troubles);
        profile(facts, troubles);
        return List.copyOf(troubles);
    }

    private static void down(GlusterFacts facts, List<Brick> set, List<Trouble> troubles) {
        var down = set.stream().filter(brick -> !brick.up()).toList();
        down.forEach(brick ->
                troubles.add(new Trouble(Kind.COPY_DOWN, brick.name(), "brick " + brick.name() + " does not answer")));
        if (!down.isEmpty() && !hasQuorum(facts, set)) {
            troubles.add(new Trouble(
                    Kind.NO_QUORUM,
                    set.getFirst().name(),
                    (set.size() - down.size()) + " of " + set.size()
                            + " bricks are no quorum: nothing can be written"));
        }
    }

    /** As GlusterFS counts: more than half; of two it is the first, if any is asked for. */
    private static boolean hasQuorum(GlusterFacts facts, List<Brick> set) {
        long up = set.stream().filter(Brick::up).count();
        if (set.size() >= SAFE_REPLICAS) {
            return up * 2 > set.size();
        }
        return facts.option(QUORUM).filter("auto"::equals).isEmpty()
                ? up > 0
                : set.getFirst().up();
    }

    private static void differing(Copies copies, List<Trouble> troubles) {
        if (copies.splitBrain() > 0) {
            troubles.add(Trouble.of(
                    Kind.SPLIT_BRAIN,
                    copies.splitBrain()
                            + " files are in split-brain: nobody can read or write them until you choose a copy"));
        }
        if (copies.toHeal() > 0) {
            troubles.add(Trouble.of(Kind.HEALING, copies.toHeal() + " files and folders have copies that differ yet"));
        }
    }

    private static void profile(GlusterFacts facts, List<Trouble> troubles) {
        var quorum = facts.option(QUORUM);
        if (facts.replicas() < SAFE_REPLICAS) {
            troubles.add(new Trouble(
                    Kind.PROFILE,
                    "replica",
                    "replica " + facts.replicas() + " is not safe: " + unsafe(quorum)
                            + "; use replica 3 arbiter 1 with a brick in a third zone"));
        } else if (quorum.filter(type -> !type.equals("auto")).isPresent()) {
            troubles.add(
                    profile(QUORUM, quorum, "auto", "both sides of a cut write, and their copies differ for ever"));
        }
        FIGURES.forEach(figure -> figure.wrong(facts).ifPresent(troubles::add));
        if (facts.option("client.strict-locks").filter("on"::equals).isEmpty()) {
            troubles.add(profile(
                    "client.strict-locks",
                    facts.option("client.strict-locks"),
                    "on",
                    "who lost its locks in a cut writes on"));
        }
    }

    private static String unsafe(Optional<String> quorum) {
        return quorum.filter("auto"::equals).isPresent()
                ? "without its first brick nothing can be written"
                : "both sides of a cut write, and their copies differ for ever";
    }

    private static Trouble profile(String option, Optional<String> value, String meant, String why) {
        return new Trouble(
                Kind.PROFILE, option, option + " is " + value.orElse("not set") + ", not " + meant + ": " + why);
    }
}
