package io.mailvane.storage;

/**
 * One thing that is wrong with a volume.
 *
 * @param subject tells several of a kind apart, as a brick's name does; empty where there can be but one
 * @param text a sentence for the operator; figures in it may change while the trouble stays the same
 */
public record Trouble(Kind kind, String subject, String text) {

    /** What can be wrong, with the state that follows. */
    public enum Kind {
        /** A force takes long. */
        SLOW(VolumeState.DEGRADED),
        /** Replicated storage that has lost a copy. */
        COPY_DOWN(VolumeState.DEGRADED),
        /** Copies differ, and are being made the same. */
        HEALING(VolumeState.DEGRADED),
        /** Copies differ, and nobody knows which is right. */
        SPLIT_BRAIN(VolumeState.DEGRADED),
        /** So few copies are left that writes fail: but whether they do, a force shows sooner than anybody's word. */
        NO_QUORUM(VolumeState.DEGRADED),
        /** An option is not as it must be for mail to be safe. */
        PROFILE(VolumeState.DEGRADED),
        /** Nobody says how the copies stand. */
        COPIES_UNKNOWN(VolumeState.DEGRADED),
        LOW_SPACE(VolumeState.LOW),
        LOW_INODES(VolumeState.LOW),
        NOT_WRITABLE(VolumeState.READ_ONLY),
        /** What should be mounted is not. */
        NOT_MOUNTED(VolumeState.GONE),
        /** Another volume than the one that was here before. */
        OTHER_VOLUME(VolumeState.GONE),
        /** Reading fails. */
        UNREACHABLE(VolumeState.GONE),
        NO_ANSWER(VolumeState.HUNG);

        private final VolumeState state;

        Kind(VolumeState state) {
            this.state = state;
        }

        VolumeState state() {
            return state;
        }
    }

    static Trouble of(Kind kind, String text) {
        return new Trouble(kind, "", text);
    }

    /** The same trouble, whatever its figures are by now. */
    record Key(Kind kind, String subject) {}

    Key key() {
        return new Key(kind, subject);
    }
}
