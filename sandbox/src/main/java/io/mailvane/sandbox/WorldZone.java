package io.mailvane.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Zone;

/** A zone from a master file (RFC 1035 section 5), which never changes. */
final class WorldZone implements ServedZone {
    private final Zone zone;
    /** Every name with records, and those that exist only because something is below them (RFC 8020). */
    private final Set<Name> existing = new HashSet<>();

    private WorldZone(List<Record> records) throws IOException {
        var origin = records.getFirst().getName();
        zone = new Zone(origin, records.toArray(Record[]::new));
        for (var record : records) {
            for (var name = record.getName(); !name.equals(origin); name = new Name(name, 1)) {
                if (!name.subdomain(origin)) {
                    throw new IOException(record.getName() + " is not in the zone " + origin);
                }
                existing.add(name);
            }
        }
    }

    /** The zones of the sample world. */
    static List<WorldZone> samples() throws IOException {
        try (var file = Objects.requireNonNull(WorldZone.class.getResourceAsStream("world.zone"))) {
            return read(file);
        }
    }

    /**
     * The zones of a master file: each SOA begins one.
     *
     * @throws IOException with a sentence that names what is wrong
     */
    static List<WorldZone> read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    private static List<WorldZone> read(InputStream file) throws IOException {
        var zones = new ArrayList<List<Record>>();
        try (var master = new Master(file, Name.root)) {
            for (var record = master.nextRecord(); record != null; record = master.nextRecord()) {
                if (record instanceof SOARecord) {
                    zones.add(new ArrayList<>());
                } else if (zones.isEmpty()) {
                    throw new IOException(record.getName() + " comes before the first SOA");
                }
                zones.getLast().add(record);
            }
        }
        var read = new ArrayList<WorldZone>();
        for (var records : zones) {
            read.add(new WorldZone(records));
        }
        return read;
    }

    @Override
    public Name origin() {
        return zone.getOrigin();
    }

    @Override
    public SOARecord soa() {
        return zone.getSOA();
    }

    @Override
    public Finding find(Name name, int type) {
        var found = zone.findRecords(name, type);
        if (found.isCNAME()) {
            return new Finding.Found(List.of(found.getCNAME()));
        }
        if (!found.isSuccessful()) {
            return found.isNXDOMAIN() && !existing.contains(name) ? new Finding.NoName() : new Finding.NoData();
        }
        return new Finding.Found(
                found.answers().stream().flatMap(set -> set.rrs().stream()).toList());
    }
}
