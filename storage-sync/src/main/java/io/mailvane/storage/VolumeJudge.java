package io.mailvane.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a status of what looks showed: a pure decision. What is low stays so until there is enough, so that it does not flap. */
record VolumeJudge(VolumeSettings settings) {
    private static final long KIBI = 1L << 10;
    /** What is low on a volume is never more than this part of it: a small one would take no mail at all. */
    private static final int MOST_OF_ALL = 3;

    VolumeStatus judge(VolumeStatus before, Sight sight) {
        var troubles = new ArrayList<>(sight.troubles());
        sight.space().flatMap(space -> octets(before, space)).ifPresent(troubles::add);
        sight.space()
                .filter(Space::countsInodes)
                .flatMap(space -> inodes(before, space))
                .ifPresent(troubles::add);
        sight.force()
                .filter(force -> force.compareTo(settings.slowForce()) >= 0)
                .map(VolumeJudge::slow)
                .ifPresent(troubles::add);
        return VolumeStatus.of(troubles, sight);
    }

    /** Of a volume that has not answered for that time: what it was is of the past. */
    static VolumeStatus silent(Duration since) {
        var trouble = Trouble.of(Trouble.Kind.NO_ANSWER, "it has not answered for " + since.toSeconds() + " s");
        return VolumeStatus.of(List.of(trouble), Sight.of(trouble));
    }

    private Optional<Trouble> octets(VolumeStatus before, Space space) {
        long most = space.octets() / MOST_OF_ALL;
        long again = Math.min(settings.enoughSpace(), VolumeSettings.enough(most));
        long enough = before.has(Trouble.Kind.LOW_SPACE) ? again : Math.min(settings.lowSpace(), most);
        if (space.freeOctets() >= enough) {
            return Optional.empty();
        }
        return Optional.of(Trouble.of(
                Trouble.Kind.LOW_SPACE,
                size(space.freeOctets()) + " are free; mail is taken again from " + size(again) + " on"));
    }

    private Optional<Trouble> inodes(VolumeStatus before, Space space) {
        long again = VolumeSettings.enough(settings.lowInodes());
        long enough = before.has(Trouble.Kind.LOW_INODES) ? again : settings.lowInodes();
        if (space.freeInodes() >= enough) {
            return Optional.empty();
        }
        return Optional.of(Trouble.of(
                Trouble.Kind.LOW_INODES,
                space.freeInodes() + " files can be made yet; mail is taken again from " + again + " on"));
    }

    private static Trouble slow(Duration force) {
        return Trouble.of(Trouble.Kind.SLOW, "a force took " + force.toMillis() + " ms");
    }

    /** In whole mebioctets, smaller ones in kibioctets. */
    private static String size(long octets) {
        long kibi = octets / KIBI;
        return kibi < KIBI ? kibi + " KiB" : kibi / KIBI + " MiB";
    }
}
