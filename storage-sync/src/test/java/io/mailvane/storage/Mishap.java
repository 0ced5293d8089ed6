package io.mailvane.storage;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What may happen to a process that has come to a point of its way.
 *
 * @param until when it goes on; meaningless where it does not
 */
record Mishap(Kind kind, Moment until) {
    enum Kind {
        /** Its clock runs on, as that of a process that gets no processor. */
        FROZEN,
        /** Its clock stands too, as that of a virtual machine that is paused. */
        PAUSED,
        /** It goes on, but nothing that it asks of the store is done. */
        CUT_OFF,
        /** It is told that what it asked for was not done. */
        FAILED,
        /** Another process of its node begins soon. */
        KILLED,
        /** It ends in order and means to come back, which another process of its node does. */
        RELEASES,
        /** It ends in order, for another node to go on at once. */
        HANDS_OVER
    }

    /** The moments at which it matters who is there: around them an owner and its adopter change places. */
    enum Moment {
        SOON,
        BEFORE_ITS_DEADLINE,
        AFTER_ITS_DEADLINE,
        BEFORE_ITS_ADOPTION,
        AFTER_ITS_ADOPTION,
        LATE
    }

    private static final List<Mishap> FREEZES = each(Kind.FROZEN, Moment.values());
    /** Until which others come to act. */
    static final Set<Moment> LONG = EnumSet.of(Moment.AFTER_ITS_ADOPTION, Moment.LATE);

    private static final List<Mishap> FREEZES_BESIDES =
            each(Kind.FROZEN, Moment.SOON, Moment.AFTER_ITS_ADOPTION, Moment.LATE);
    private static final List<Mishap> PAUSES = each(Kind.PAUSED, Moment.AFTER_ITS_ADOPTION, Moment.LATE);
    private static final List<Mishap> CUTS = each(Kind.CUT_OFF, Moment.AFTER_ITS_ADOPTION, Moment.LATE);

    private static List<Mishap> each(Kind kind, Moment... moments) {
        return Arrays.stream(moments).map(moment -> new Mishap(kind, moment)).toList();
    }

    private static Mishap of(Kind kind) {
        return new Mishap(kind, Moment.SOON);
    }

    /** Whether it makes a difference for one that owns nothing. */
    boolean isAnybodys() {
        return (until == Moment.SOON || until == Moment.LATE) && kind != Kind.RELEASES && kind != Kind.HANDS_OVER;
    }

    /** A point of a process's way. */
    enum Point {
        /** Between two of the things that it does. */
        IDLE,
        /** It is about to ask the store, and has looked at no clock since the point before. */
        BEFORE_AT_ONCE,
        /** It is about to ask the store, and has looked at its clock. */
        BEFORE,
        /** It has read. */
        AFTER_READING,
        /** It has written. */
        AFTER_WRITING;

        /** Where it makes a difference that it is here and not at the point before. */
        List<Mishap> mishaps() {
            return switch (this) {
                case IDLE ->
                    both(both(FREEZES, PAUSES), List.of(of(Kind.KILLED), of(Kind.RELEASES), of(Kind.HANDS_OVER)));
                case BEFORE_AT_ONCE -> both(CUTS, List.of(of(Kind.FAILED)));
                case BEFORE -> both(both(FREEZES, PAUSES), both(CUTS, List.of(of(Kind.FAILED))));
                case AFTER_READING -> both(FREEZES, PAUSES);
                case AFTER_WRITING -> both(both(FREEZES, PAUSES), List.of(of(Kind.FAILED), of(Kind.KILLED)));
            };
        }

        /** Those that happen beside another. */
        List<Mishap> freezes() {
            return this == BEFORE_AT_ONCE ? List.of() : FREEZES_BESIDES;
        }

        private static List<Mishap> both(List<Mishap> some, List<Mishap> others) {
            return Stream.concat(some.stream(), others.stream()).toList();
        }
    }
}
