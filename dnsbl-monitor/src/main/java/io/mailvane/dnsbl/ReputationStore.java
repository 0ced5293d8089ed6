package io.mailvane.dnsbl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mailvane.dnsbl.Cell.Listing;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.SourceStanding.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States and history in one file. It is knowledge that can be had again: a file that cannot be read is set aside, one that
 * cannot be written ends the writing, each with an alarm, and the monitor goes on. One thread writes, any number read.
 */
final class ReputationStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReputationStore.class);
    private static final String FILE = "reputation.mv.db";
    private static final int MOST_READ = 1000;

    private final MVStore store;
    private final MVMap<String, String> cells;
    private final MVMap<String, String> addresses;
    private final MVMap<Long, String> events;
    private final DnsblSettings.Keeping keeping;
    private final JsonMapper json = JsonMapper.builder().build();
    private volatile boolean lost;

    record StoredFinding(String code, String meaning, double weight, String remedy) {}

    record StoredListing(List<StoredFinding> findings, long since, long first, long seen) {}

    record StoredMute(long until, String reason, String who) {}

    /** Times in milliseconds of the wall clock. */
    record StoredCell(
            String state,
            long since,
            @Nullable StoredListing listing,
            @Nullable Long verified,
            long positiveTtlMillis,
            @Nullable StoredMute mute) {}

    record StoredAddress(
            String state,
            long since,
            int step,
            long stepSince,
            @Nullable Long left,
            String resume,
            double flap,
            @Nullable Long flapAt,
            @Nullable Long suppressed) {}

    record StoredEvent(long at, String kind, String subject, String object, String from, String to, String cause) {}

    private ReputationStore(MVStore store, DnsblSettings.Keeping keeping) {
        this.store = store;
        this.keeping = keeping;
        this.cells = store.openMap("cells");
        this.addresses = store.openMap("addresses");
        this.events = store.openMap("events");
    }

    /**
     * Opens the file, or begins a new one.
     *
     * @param now names what is set aside
     * @throws UncheckedIOException if the folder cannot be used, or another process has the file
     */
    static ReputationStore open(Path folder, DnsblSettings.Keeping keeping, Instant now) {
        var file = folder.resolve(FILE);
        try {
            Files.createDirectories(folder);
            return tried(file, keeping);
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                throw new UncheckedIOException(new IOException("another process has " + file, e));
            }
            setAside(file, e, now);
            return tried(file, keeping);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReputationStore tried(Path file, DnsblSettings.Keeping keeping) {
        var store = new MVStore.Builder()
                .fileName(file.toString())
                .autoCommitBufferSize(256)
                .open();
        return new ReputationStore(store, keeping);
    }

    private static void setAside(Path file, MVStoreException cause, Instant now) {
        var aside = file.resolveSibling(FILE + ".unreadable-" + now.toEpochMilli());
        try {
            Files.move(file, aside);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LOG.error(
                "{}",
                LogLine.event("alarm")
                        .field("what", "dnsbl-history-unreadable")
                        .field("reason", "set aside as " + aside + ": " + cause.getMessage()));
    }

    Judge.Memory recall(List<Source> sources, Moment now) {
        var known = new HashMap<String, Cell>();
        cells.forEach((key, text) -> read(text, StoredCell.class).ifPresent(cell -> known.put(key, cell(cell, now))));
        var standing = new HashMap<String, Address>();
        for (var source : sources) {
            Optional.ofNullable(addresses.get(addressKey(source)))
                    .flatMap(text -> read(text, StoredAddress.class))
                    .ifPresent(address -> standing.put(source.name(), address(source, address, now)));
        }
        return new Judge.Memory(known, standing);
    }

    /** A source that was given another public address is another one. */
    private static String addressKey(Source source) {
        return source.name() + " " + source.address();
    }

    void keep(CellSlot slot) {
        var cell = slot.cell();
        var stored = new StoredCell(
                cell.state().name(),
                cell.since().wall().toEpochMilli(),
                cell.listing().map(ReputationStore::listing).orElse(null),
                cell.last().verified().map(ReputationStore::millis).orElse(null),
                cell.last().positiveTtl().toMillis(),
                cell.mute()
                        .map(mute -> new StoredMute(mute.until().toEpochMilli(), mute.reason(), mute.who()))
                        .orElse(null));
        write(() -> cells.put(Judge.key(slot.address(), slot.list().list()), text(stored)));
    }

    void keep(Address address) {
        var stored = new StoredAddress(
                address.state().name(),
                millis(address.since()),
                address.step(),
                millis(address.stepSince()),
                address.left().map(ReputationStore::millis).orElse(null),
                address.resume().name(),
                address.flap().figure(),
                address.flap().at().map(ReputationStore::millis).orElse(null),
                address.flap().suppressed().map(ReputationStore::millis).orElse(null));
        write(() -> addresses.put(addressKey(address.source()), text(stored)));
    }

    void keep(HistoryEvent event) {
        var stored = new StoredEvent(
                event.at().toEpochMilli(),
                event.kind().name(),
                event.subject(),
                event.object(),
                event.from(),
                event.to(),
                event.cause());
        write(() -> {
            var last = events.lastKey();
            events.put(last == null ? 1 : last + 1, text(stored));
            forget(event.at());
        });
    }

    private void forget(Instant now) {
        while (events.sizeAsLong() > keeping.events()) {
            events.remove(events.firstKey());
        }
        var oldest = now.minus(keeping.age()).toEpochMilli();
        for (var key = events.firstKey(); key != null && isBefore(key, oldest); key = events.firstKey()) {
            events.remove(key);
        }
    }

    private boolean isBefore(Long key, long oldest) {
        var text = events.get(key);
        return text == null
                || read(text, StoredEvent.class)
                        .map(event -> event.at() < oldest)
                        .orElse(true);
    }

    /** Newest first. */
    List<HistoryEvent> events(HistoryFilter filter) {
        var found = new ArrayList<HistoryEvent>();
        int limit = Math.min(filter.limit(), MOST_READ);
        try {
            for (var key = events.lastKey(); key != null && found.size() < limit; key = events.lowerKey(key)) {
                var event = event(key);
                if (event.isPresent() && filter.isPast(event.get())) {
                    break;
                }
                event.filter(filter::takes).ifPresent(found::add);
            }
        } catch (MVStoreException e) {
            fail(e);
        }
        return found;
    }

    private Optional<HistoryEvent> event(Long key) {
        return Optional.ofNullable(events.get(key))
                .flatMap(text -> read(text, StoredEvent.class))
                .map(stored -> new HistoryEvent(
                        key,
                        Instant.ofEpochMilli(stored.at()),
                        HistoryEvent.Kind.valueOf(stored.kind()),
                        stored.subject(),
                        stored.object(),
                        stored.from(),
                        stored.to(),
                        stored.cause()));
    }

    private static StoredListing listing(Listing listing) {
        var findings = listing.findings().stream()
                .map(finding -> new StoredFinding(
                        finding.code(),
                        finding.meaning(),
                        finding.weight(),
                        finding.remedy().name()))
                .toList();
        return new StoredListing(findings, millis(listing.since()), millis(listing.first()), millis(listing.seen()));
    }

    private static Cell cell(StoredCell stored, Moment now) {
        return Cell.recalled(
                CellState.valueOf(stored.state()),
                moment(stored.since(), now),
                Optional.ofNullable(stored.listing()).map(listing -> listing(listing, now)),
                Optional.ofNullable(stored.verified()).map(at -> moment(at, now)),
                Duration.ofMillis(stored.positiveTtlMillis()),
                Optional.ofNullable(stored.mute())
                        .map(mute -> new Mute(Instant.ofEpochMilli(mute.until()), mute.reason(), mute.who())));
    }

    private static Listing listing(StoredListing stored, Moment now) {
        var findings = stored.findings().stream()
                .map(finding -> new Answer.Finding(
                        finding.code(), finding.meaning(), finding.weight(), Remedy.valueOf(finding.remedy())))
                .toList();
        return new Listing(
                findings, moment(stored.since(), now), moment(stored.first(), now), moment(stored.seen(), now));
    }

    private static Address address(Source source, StoredAddress stored, Moment now) {
        var flap = new FlapDamping(
                stored.flap(),
                Optional.ofNullable(stored.flapAt()).map(at -> moment(at, now)),
                Optional.ofNullable(stored.suppressed()).map(at -> moment(at, now)));
        return new Address(
                source,
                State.valueOf(stored.state()),
                moment(stored.since(), now),
                stored.step(),
                moment(stored.stepSince(), now),
                Optional.ofNullable(stored.left()).map(at -> moment(at, now)),
                Address.Evidence.NONE,
                State.valueOf(stored.resume()),
                flap,
                0,
                now);
    }

    private static Moment moment(long millis, Moment now) {
        return now.recalled(Instant.ofEpochMilli(millis));
    }

    private static long millis(Moment moment) {
        return moment.wall().toEpochMilli();
    }

    private <T> Optional<T> read(String text, Class<T> type) {
        try {
            return Optional.of(json.readValue(text, type));
        } catch (JsonProcessingException e) {
            // An entry of another version is as good as none.
            LOG.warn("an entry of the blacklists' history cannot be read: {}", e.getOriginalMessage());
            return Optional.empty();
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of texts and numbers are JSON", e);
        }
    }

    private void write(Runnable change) {
        if (!lost) {
            try {
                change.run();
            } catch (MVStoreException e) {
                fail(e);
            }
        }
    }

    private void fail(MVStoreException cause) {
        if (!lost) {
            lost = true;
            LOG.error(
                    "{}",
                    LogLine.event("alarm")
                            .field("what", "dnsbl-history-not-written")
                            .field("reason", cause.toString()));
        }
    }

    @Override
    public void close() {
        if (lost) {
            store.closeImmediately();
        } else {
            write(store::close);
        }
    }
}
