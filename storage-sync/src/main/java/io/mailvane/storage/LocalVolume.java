package io.mailvane.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A directory of one machine: a local disk, EBS, DRBD. Also what every other kind begins with: the right thing is there, it has room,
 * and it can be written.
 */
public final class LocalVolume implements Volume {
    private final Path directory;
    private final Mounting mounting;
    private final Mounts mounts;
    private final VolumeIdentity identity;
    private final ForceProbe force;
    private final Reserve reserve;

    /**
     * What must be mounted.
     *
     * @param point the mount point that the volume lies on; absent: none is demanded
     * @param type of file system; absent: any
     */
    public record Mounting(Optional<Path> point, Optional<String> type) {
        public static final Mounting ANY = new Mounting(Optional.empty(), Optional.empty());

        Optional<String> missing(Path directory, MountTable table) {
            var found = table.of(directory);
            if (point.isPresent()
                    && found.filter(at -> at.point().equals(point.get())).isEmpty()) {
                return Optional.of("nothing is mounted at " + point.get());
            }
            if (type.isPresent()
                    && found.filter(at -> at.type().equals(type.get())).isEmpty()) {
                return Optional.of("what " + directory + " lies on is no mount of type " + type.get());
            }
            return Optional.empty();
        }
    }

    /**
     * Where it is and what is known of it.
     *
     * @param node whose file for the measurements it is
     * @param memory file of the node's own, not on the volume, that tells it from another
     */
    public record Place(Path directory, String node, Path memory, Mounting mounting) {}

    /** What is mounted just now. */
    interface Mounts {
        MountTable read() throws IOException;
    }

    /** @param ticker as {@link System#nanoTime} */
    public LocalVolume(Place place, Duration forceInterval, LongSupplier ticker) {
        this(place, forceInterval, ticker, MountTable::read);
    }

    LocalVolume(Place place, Duration forceInterval, LongSupplier ticker, Mounts mounts) {
        this.mounts = mounts;
        this.directory = place.directory().toAbsolutePath().normalize();
        this.mounting = place.mounting();
        this.identity = new VolumeIdentity(directory, place.memory());
        this.force = new ForceProbe(directory.resolve(place.node() + ".probe"), forceInterval, ticker);
        this.reserve = new Reserve(directory.resolve(place.node() + ".reserve"));
    }

    @Override
    public void open() throws IOException {
        identity.recall();
        if (identity.isKnown()) {
            require();
        } else {
            requireMount();
            DurableFiles.makeAll(directory);
            identity.adopt();
        }
        reserve.open();
        reserve.keep(this::space);
        force.open();
    }

    @Override
    public void require() throws IOException {
        requireMount();
        var wrong = identity.check();
        if (wrong.isPresent()) {
            throw new IOException(wrong.get().text());
        }
    }

    private void requireMount() throws IOException {
        var missing = mounting.missing(real(), mounts.read());
        if (missing.isPresent()) {
            throw new IOException(missing.get());
        }
    }

    /** Where links lead: the table knows no others. One that is not there yet is where it will be. */
    private Path real() {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            return directory;
        }
    }

    /** What is mounted there just now; empty if that cannot be told. */
    Optional<String> source() {
        try {
            return mounts.read().of(real()).map(MountTable.Mount::source);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Space space() throws IOException {
        return FileSystemSpace.of(directory);
    }

    @Override
    public void makeRoom() throws IOException {
        reserve.giveUp(this::space);
    }

    @Override
    public Sight look() {
        try {
            return look(mounts.read());
        } catch (IOException e) {
            return Sight.of(Trouble.of(
                    Trouble.Kind.UNREACHABLE, directory + " cannot be looked at: " + DurableFiles.reason(e)));
        }
    }

    /** In this order: nothing is written before it is known to be the right thing. */
    private Sight look(MountTable table) throws IOException {
        var missing = mounting.missing(real(), table);
        if (missing.isPresent()) {
            return Sight.of(Trouble.of(Trouble.Kind.NOT_MOUNTED, missing.get()));
        }
        var wrong = identity.check();
        if (wrong.isPresent()) {
            return Sight.of(wrong.get());
        }
        var space = space();
        if (table.of(real()).filter(MountTable.Mount::readOnly).isPresent()) {
            var trouble = Trouble.of(Trouble.Kind.NOT_WRITABLE, directory + " is mounted read-only");
            return new Sight(List.of(trouble), Optional.of(space), Optional.empty(), Optional.empty());
        }
        return measured(space);
    }

    private Sight measured(Space space) {
        try {
            reserve.keep(this::space);
            return new Sight(List.of(), Optional.of(space), Optional.of(force.look()), Optional.empty());
        } catch (IOException e) {
            return new Sight(List.of(unwritable(e, space)), Optional.of(space), Optional.empty(), Optional.empty());
        }
    }

    private Trouble unwritable(IOException e, Space space) {
        var reason = DurableFiles.reason(e);
        if (e instanceof NoSuchFileException) {
            return Trouble.of(
                    Trouble.Kind.NOT_MOUNTED, "this node's file is gone from " + directory + ": it was unmounted");
        }
        // A quota is no room either, and of it the system's words alone tell.
        if (space.freeOctets() < Reserve.OCTETS
                || reason.toLowerCase(Locale.ROOT).contains("no space")) {
            return Trouble.of(Trouble.Kind.LOW_SPACE, "a write to " + directory + " failed: " + reason);
        }
        var why = e instanceof AccessDeniedException ? "permission denied" : reason;
        return Trouble.of(Trouble.Kind.NOT_WRITABLE, "a write to " + directory + " failed: " + why);
    }
}
